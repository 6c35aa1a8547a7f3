import NIOCore
import NIOEmbedded
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Serving
@testable import Vision

@Suite(.timeLimit(.minutes(5)), .shared) struct ServerLimitTests {
    @Test("a connection over the limit is told so and closed; when one has gone there is a place again")
    func limit() async throws {
        var configuration = EmbeddedModelConfiguration.immediate
        configuration.connectionLimit = 2
        try await withModelServer(configuration) { server in
            var first = try await RawClient(port: server.port)
            var second = try await RawClient(port: server.port)
            for client in [first, second] { try await client.send("GET", "/v1/models") }
            _ = try await first.response()
            _ = try await second.response()
            var third = try await RawClient(port: server.port)
            try await third.send("POST", ModelPath.generate, body: textBody)
            let refusal = try await third.response()
            #expect(refusal.status == 503)
            let error = try #require(try json(refusal.body)["error"])
            #expect(error["status"] == "UNAVAILABLE")
            #expect(RawClient.header("connection", in: refusal.head) == "close")
            #expect(await third.readToEnd() == "")
            #expect(server.counts.connections.surplus == 1)
            try await first.close()
            await poll { server.counts.connections.open <= 1 }
            var fourth = try await RawClient(port: server.port)
            try await fourth.send("POST", ModelPath.generate, body: textBody)
            #expect(try await fourth.response().status == 200)
        }
    }

    @Test("far over the limit connections are closed unread")
    func farOver() async throws {
        var configuration = EmbeddedModelConfiguration.immediate
        configuration.connectionLimit = 1
        try await withModelServer(configuration) { server in
            var clients: [RawClient] = []
            for _ in 0..<18 { clients.append(try await RawClient(port: server.port)) }
            #expect(await clients[17].readToEnd() == "")
            #expect(server.counts.connections.accepted == 17)
            #expect(server.counts.connections.surplus == 17)
        }
    }

    /// A connection on an event loop whose time the test moves.
    private func connection(_ service: ModelService) async throws -> NIOAsyncTestingChannel {
        let channel = NIOAsyncTestingChannel()
        try await channel.testingEventLoop.executeInContext { try ServerConnection.serve(channel, service) }
        try await channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).get()
        return channel
    }

    @Test(
        "a connection without a request, or with half of one, is closed when nothing moves",
        arguments: ["", "GET /v1/mod", "POST /v1/x HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"])
    func idle(sent: String) async throws {
        let service = ModelService(configuration: .immediate)
        let channel = try await connection(service)
        if !sent.isEmpty { try await channel.writeInbound(ByteBuffer(string: sent)) }
        await channel.testingEventLoop.advanceTime(by: .seconds(59))
        #expect(channel.isActive)
        await channel.testingEventLoop.advanceTime(by: .seconds(2))
        #expect(!channel.isActive)
        #expect(service.ledger.counts.timedOut == 1)
        await service.ledger.whenEmpty()
    }

    @Test("an answer under way is not silence; after it the time counts from its end")
    func answering() async throws {
        let clock = ManualClock()
        let service = ModelService(configuration: .paced(by: clock))
        let channel = try await connection(service)
        try await channel.writeInbound(ByteBuffer(string: posting(ModelPath.generate)))
        await clock.sleepers(1)
        await channel.testingEventLoop.advanceTime(by: .seconds(600))
        #expect(channel.isActive)
        clock.advance(by: .seconds(1))
        // Head and body, written while the loop of the test runs.
        var answer = ""
        while !answer.contains("finishReason") {
            await channel.testingEventLoop.run()
            if let bytes = try await channel.readOutbound(as: ByteBuffer.self) { answer += String(buffer: bytes) }
        }
        await poll { service.counts.answered > 0 }
        await channel.testingEventLoop.run()
        await channel.testingEventLoop.advanceTime(by: .seconds(61))
        while channel.isActive { await channel.testingEventLoop.advanceTime(by: .seconds(61)) }
        await service.ledger.whenEmpty()
        #expect(service.ledger.counts.timedOut == 1)
    }
}
