import Engine
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Vision

@Suite(.timeLimit(.minutes(5)), .shared) struct EmbeddedModelConnectionTests {
    @Test("pieces come at the configured pace: the first after its time, the others one by one")
    func pace() async throws {
        let clock = ManualClock()
        let recorder = RecordingClock(clock)
        var configuration = EmbeddedModelConfiguration()
        configuration.clock = recorder
        configuration.piecesPerSecond = 10
        try await withModelServer(configuration) { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.stream, body: textBody)
            await clock.sleepers(1)
            clock.advance(by: .milliseconds(250))
            #expect(await client.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 OK"))
            #expect(try await text(of: client.chunk()) == "I ")
            for word in ["can ", "only ", "describe "] {
                await clock.sleepers(1)
                clock.advance(by: .milliseconds(100))
                #expect(try await text(of: client.chunk()) == word)
            }
            await clock.sleepers(1)
            #expect(recorder.deadlines == [250, 350, 450, 550, 650].map { .milliseconds($0) })
        }
    }

    @Test("a late wake-up does not delay the pieces after it")
    func noDrift() async throws {
        let clock = ManualClock()
        try await withModelServer(.paced(by: clock)) { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.stream, body: textBody)
            await clock.sleepers(1)
            clock.advance(by: .seconds(60))
            let response = try await client.response()
            #expect(response.chunks.count > 10)
            #expect(response.chunks.last?.contains("STOP") == true)
        }
    }

    @Test("an answer that is not streamed takes its own time")
    func wholeAnswer() async throws {
        let clock = ManualClock()
        try await withModelServer(.paced(by: clock)) { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.generate, body: textBody)
            await clock.sleepers(1)
            clock.advance(by: .milliseconds(600))
            #expect(try await client.response().status == 200)
        }
    }

    @Test("a client that leaves in mid-stream frees its connection and its timer at once", arguments: [false, true])
    func clientLeaves(byReset: Bool) async throws {
        let clock = ManualClock()
        try await withModelServer(.paced(by: clock)) { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.stream, body: textBody)
            await clock.sleepers(1)
            clock.advance(by: .milliseconds(250))
            _ = await client.chunk()
            await clock.sleepers(1)
            if byReset {
                let socket = try #require(client.channel as? any SocketOptionProvider)
                try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            }
            try await client.close()
            // No time passes: were the timer not cancelled, this would never return.
            await server.whenIdle()
            #expect(server.counts.connections.open == 0)
            #expect(server.counts.abandoned == 1)
            #expect(server.counts.answered == 0)
        }
    }

    @Test("close in mid-stream returns with every connection closed; closing again is harmless")
    func closeMidStream() async throws {
        let clock = ManualClock()
        try await withModelServer(.paced(by: clock)) { server in
            var streaming = try await RawClient(port: server.port)
            var idle = try await RawClient(port: server.port)
            var halfSent = try await RawClient(port: server.port)
            try await idle.send("GET", "/v1/models")
            _ = try await idle.response()
            try await halfSent.send("POST \(ModelPath.stream) HTTP/1.1\r\nContent-Length: 500\r\n\r\n{\"cont")
            try await streaming.send("POST", ModelPath.stream, body: textBody)
            await clock.sleepers(1)
            clock.advance(by: .milliseconds(250))
            _ = await streaming.chunk()
            await clock.sleepers(1)
            // Nothing was answered on the half-sent one, so nothing else says that the server knows it.
            await poll { server.counts.connections.accepted == 3 }

            async let other: Void = server.close()
            await server.close()
            await other
            #expect(server.counts.connections.open == 0)
            #expect(server.counts.connections.accepted == 3)
            _ = await streaming.readToEnd()
            _ = await idle.readToEnd()
            _ = await halfSent.readToEnd()
            await server.close()
            await #expect(throws: (any Error).self) { try await RawClient(port: server.port) }
        }
    }

    @Test("Connection: close is honoured, HTTP/1.0 ends a stream with its connection")
    func connectionClose() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.stream, headers: ["Connection: close"], body: textBody)
            let response = try await client.response()
            #expect(RawClient.header("connection", in: response.head) == "close")
            #expect(await client.readToEnd() == "")
            var old = try await RawClient(port: server.port)
            try await old.send(posting(ModelPath.stream, version: "1.0", headers: ["Connection: keep-alive"]))
            let everything = await old.readToEnd()
            #expect(!everything.lowercased().contains("chunked"))
            #expect(everything.hasSuffix("}\r\n\r\n"))
            await server.whenIdle()
        }
    }

    @Test("pipelined requests are answered in order, on one connection")
    func pipelining() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            let stream = posting(ModelPath.stream)
            let nowhere = "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
            try await client.send(stream + posting(ModelPath.count) + nowhere + stream)
            #expect(try await client.response().chunks.count > 5)
            #expect(try await client.response().body.contains("totalTokens"))
            #expect(try await client.response().status == 404)
            #expect(try await client.response().chunks.count > 5)
            #expect(server.counts.connections.accepted == 1)
        }
    }

    @Test("a body that arrives byte by byte, and one that waits for 100 Continue, are taken")
    func slowBodies() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            for byte in posting(ModelPath.count) { try await client.send(String(byte)) }
            #expect(try await client.response().status == 200)
            let waiting = posting(ModelPath.count, headers: ["Host: x", "Expect: 100-continue"])
            try await client.send(String(waiting.dropLast(textBody.count)))
            #expect(await client.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
            try await client.send(textBody)
            #expect(try await client.response().status == 200)
        }
    }

    @Test("the same seed and the same pictures give the same texts; conversations do not mix")
    func determinism() async throws {
        func texts() async throws -> [String] {
            var texts: [String] = []
            try await withModelServer { server in
                var client = try await RawClient(port: server.port)
                for system in ["Perspective: tactical", "Perspective: spatial", "Perspective: tactical"] {
                    try await client.send("POST", ModelPath.generate, body: pictureBody(system: system))
                    texts.append(try json(try await client.response().body).answer ?? "")
                }
            }
            return texts
        }
        let first = try await texts()
        #expect(Set(first).count == 3)
        #expect(try await texts() == first)
    }

    @Test("a client that does not read holds up nobody else")
    func slowReader() async throws {
        try await withModelServer { server in
            let deaf = try await RawClient(port: server.port)
            try await deaf.channel.setOption(ChannelOptions.autoRead, value: false).get()
            // A refusal repeats the path: answers of 12 MB in all, more than the sockets' buffers take.
            let request = "GET /\(String(repeating: "x", count: 60_000)) HTTP/1.1\r\nHost: x\r\n\r\n"
            for _ in 0..<200 { deaf.channel.writeAndFlush(ByteBuffer(string: request), promise: nil) }
            var other = try await RawClient(port: server.port)
            try await other.send("POST", ModelPath.stream, body: textBody)
            #expect(try await other.response().chunks.count > 10)
        }
    }

    private func text(of chunk: String?) throws -> String? {
        try json(String((chunk ?? "").dropFirst(6))).answer
    }
}

/// Passes everything on to a manual clock and notes what was waited for, counted from the clock's start.
private final class RecordingClock: EngineClock {
    typealias Instant = ContinuousClock.Instant
    typealias Duration = Swift.Duration
    private let base: ManualClock
    private let noted = Mutex<[Duration]>([])

    init(_ base: ManualClock) { self.base = base }

    var deadlines: [Duration] { noted.withLock { $0 } }
    var now: Instant { base.now }
    var minimumResolution: Duration { base.minimumResolution }
    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        noted.withLock { $0.append(deadline - base.start) }
        try await base.sleep(until: deadline, tolerance: tolerance)
    }
}
