import Engine
import Synchronization
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Vision

@Suite(.timeLimit(.minutes(5)), .shared) struct ModelFaultTests {
    private func always(_ fault: String) throws -> EmbeddedModelConfiguration {
        var configuration = EmbeddedModelConfiguration.immediate
        configuration.faults = try FaultShares("\(fault)=1")
        return configuration
    }

    @Test("429 carries the quota that was hit and when to come back")
    func rateLimited() async throws {
        try await withModelServer(always("429")) { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.generate, body: textBody)
            let response = try await client.response()
            #expect(response.status == 429)
            let error = try #require(try json(response.body)["error"])
            #expect(error["status"] == "RESOURCE_EXHAUSTED")
            let details = try #require(error["details"]?.array)
            let kinds = details.compactMap { $0["@type"]?.string?.split(separator: ".").last.map(String.init) }
            #expect(kinds == ["QuotaFailure", "Help", "RetryInfo"])
            let delay = try #require(details.last?["retryDelay"]?.string)
            #expect(delay.hasSuffix("s") && (Int(delay.dropLast()) ?? 0) >= 1)
            #expect(error["message"]?.string?.contains("retry in \(delay.dropLast()).0s") == true)
            // A quota of the day would tell clients to give up.
            #expect(!response.body.contains("PerDay"))
            #expect(server.counts.faults == [.rateLimited: 1])
        }
    }

    @Test("500 is an internal error, and the connection lives on")
    func internalError() async throws {
        try await withModelServer(always("500")) { server in
            var client = try await RawClient(port: server.port)
            for _ in 0..<2 {
                try await client.send("POST", ModelPath.stream, body: textBody)
                let response = try await client.response()
                #expect(response.status == 500)
                #expect(try json(response.body)["error"]?["status"] == "INTERNAL")
            }
            #expect(server.counts.connections.accepted == 1)
        }
    }

    @Test("a hanging request ends only when the client goes, and leaves nothing behind")
    func hang() async throws {
        try await withModelServer(always("hang")) { server in
            let client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.generate, body: textBody)
            await poll { !server.counts.faults.isEmpty }
            #expect(server.counts.connections.open == 1)
            try await client.close()
            await server.whenIdle()
            #expect(server.counts.abandoned == 1)
        }
    }

    @Test("closing the server ends a hanging request")
    func hangAtClose() async throws {
        try await withModelServer(always("hang")) { server in
            let client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.generate, body: textBody)
            await poll { !server.counts.faults.isEmpty }
            await server.close()
            #expect(server.counts.connections.open == 0)
        }
    }

    @Test("reset reaches the client as a reset, not as an end")
    func reset() async throws {
        try await withModelServer(always("reset")) { server in
            let failure = try await PlainSocket.failure(port: server.port, sending: posting(ModelPath.generate))
            #expect(failure == .reset)
            await server.whenIdle()
        }
    }

    @Test("truncated: an announced body stops half way, a stream in the middle of a piece", arguments: [true, false])
    func truncate(streamed: Bool) async throws {
        try await withModelServer(always("truncate")) { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", streamed ? ModelPath.stream : ModelPath.generate, body: textBody)
            let everything = await client.readToEnd()
            #expect(everything.hasPrefix("HTTP/1.1 200 OK"))
            #expect(everything.contains("candidates"))
            #expect(!streamed || !everything.contains("finishReason"))
            if streamed {
                #expect(!everything.hasSuffix("0\r\n\r\n"), "the last chunk never comes")
            } else {
                let length = try #require(RawClient.header("content-length", in: everything).flatMap { Int($0) })
                #expect(everything.components(after: "\r\n\r\n").utf8.count < length)
            }
            #expect(server.counts.answered == 0)
        }
    }

    @Test("garbage is now and then no HTTP and now and then no JSON")
    func garbage() async throws {
        var sawHTTP = false
        var sawNoise = false
        try await withModelServer(always("garbage")) { server in
            for _ in 0..<16 {
                var client = try await RawClient(port: server.port)
                try await client.send("POST", ModelPath.generate, body: textBody)
                let everything = await client.readToEnd()
                #expect(!everything.isEmpty)
                if everything.hasPrefix("HTTP/1.1 200") {
                    sawHTTP = true
                    let body = everything.components(after: "\r\n\r\n")
                    #expect(throws: (any Error).self) { try json(body) }
                } else {
                    sawNoise = true
                }
            }
        }
        #expect(sawHTTP && sawNoise)
    }

    @Test("a slow answer comes drop by drop and is whole in the end")
    func slow() async throws {
        let clock = ManualClock()
        var configuration = EmbeddedModelConfiguration.paced(by: clock)
        configuration.faults = try FaultShares("slow=1")
        try await withModelServer(configuration) { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.generate, body: textBody)
            await clock.sleepers(1)
            clock.advance(by: .milliseconds(600 * 10))
            let head = await client.read(through: "\r\n\r\n")
            let length = try #require(RawClient.header("content-length", in: head).flatMap { Int($0) })
            for _ in 0..<19 {
                await clock.sleepers(1)
                #expect(server.counts.answered == 0)
                clock.advance(by: .milliseconds(250))
            }
            while server.counts.answered == 0, !Task.isCancelled {
                await Task.yield()
                clock.advance(by: .milliseconds(250))
            }
            try await client.send("GET", "/v1/nowhere", headers: ["Connection: close"])
            let rest = await client.readToEnd()
            #expect(try json(String(decoding: rest.utf8.prefix(length), as: UTF8.self)).answer != nil)
        }
    }

    @Test("the same seed plays the same faults")
    func seeded() async throws {
        // As the client sees them: the server may record an answer after the next request has begun.
        func statuses(_ seed: UInt64) async throws -> [Int] {
            var statuses: [Int] = []
            var configuration = EmbeddedModelConfiguration.immediate
            configuration.seed = seed
            configuration.faults = try FaultShares("429=0.3,500=0.3")
            try await withModelServer(configuration) { server in
                var client = try await RawClient(port: server.port)
                for _ in 0..<24 {
                    try await client.send("POST", ModelPath.count, body: textBody)
                    statuses.append(try await client.response().status)
                }
                try await client.close()
                await server.whenIdle()
            }
            return statuses
        }
        let first = try await statuses(1)
        #expect(first.count == 24)
        #expect(Set(first) == [200, 429, 500])
        #expect(try await statuses(1) == first)
        #expect(try await statuses(2) != first)
    }

    @Test("a request's record names method, path, ending and fault, and never a key")
    func record() async throws {
        let records = Mutex<[RequestRecord]>([])
        var configuration = try always("500")
        configuration.key = Secret("s3cret")
        configuration.onRequest = { record in records.withLock { $0.append(record) } }
        try await withModelServer(configuration) { server in
            var client = try await RawClient(port: server.port)
            try await client.send("GET", "/v1beta/models?key=s3cret", headers: ["Connection: close"])
            _ = await client.readToEnd()
            await server.whenIdle()
        }
        let record = try #require(records.withLock { $0 }.first)
        #expect(record.method == "GET" && record.path == "/v1beta/models")
        #expect(record.ending == .status(500) && record.fault == .internalError)
        #expect(!"\(record)".contains("s3cret"))
    }
}

extension String {
    fileprivate func components(after mark: String) -> String {
        guard let range = utf8.firstRange(of: mark.utf8) else { return "" }
        return String(decoding: utf8[range.upperBound...], as: UTF8.self)
    }
}
