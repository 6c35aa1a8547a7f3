import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import Basics
@testable import Connections
@testable import Engine
@testable import Record

/// What servers send.
enum Answers {
    /// Whole, and in pieces: the events must be the same.
    @Sendable static func sse(_ bytes: [UInt8]) {
        let bound = 1000
        func events(_ pieces: [ArraySlice<UInt8>]) -> (events: [ServerSentEvents.Event], isTooLong: Bool) {
            var parser = ServerSentEvents(bound: bound)
            var events: [ServerSentEvents.Event] = []
            do {
                for piece in pieces { events += try parser.consume(piece) }
                if let last = try parser.finish() { events.append(last) }
                return (events, false)
            } catch {
                return ([], true)
            }
        }
        let (whole, cut) = (events([bytes[...]]), events(bytes.pieces))
        precondition(whole == cut, "pieces make a difference")
        precondition(whole.events.allSatisfy { $0.data.count <= bound })
    }

    /// The documents of a stream, one a line, and the last one as a whole answer.
    @Sendable static func gemini(_ bytes: [UInt8]) {
        var answer = GeminiAnswer()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            do { _ = try answer.add(json: line) } catch { _ = told(error) }
        }
        _ = answer.finish()
        do { _ = try answer.complete(isWhole: bytes.last == UInt8(ascii: "\n")) } catch { _ = told(error) }
        _ = GeminiMessages.Response.list(in: bytes)
    }

    @Sendable static func openAI(_ bytes: [UInt8]) {
        var answer = OpenAIAnswer()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            do { _ = try answer.add(json: Array(line)) } catch { _ = told(error) }
        }
        _ = answer.finish()
        do { _ = try answer.complete(isWhole: bytes.last == UInt8(ascii: "\n")) } catch { _ = told(error) }
        _ = (try? ServerJSON.decode(OpenAIMessages.ModelList.self, from: bytes))?.data.map(\.listed)
    }

    @Sendable static func plan(_ bytes: [UInt8]) {
        do { _ = try PlannerAnswer(text: String(decoding: bytes, as: UTF8.self)) } catch { _ = told(error) }
    }

    /// An error is put in words and weighed: that must be as safe as reading it.
    private static func told(_ error: InterpreterError) -> String {
        "\(error) \(error.retry)"
    }

    /// The bytes of a connection, through its real pipeline. The first byte chooses the method, and whether the
    /// connection may be kept.
    @Sendable static func exchange(_ bytes: [UInt8]) {
        guard let choice = bytes.first else { return }
        let call = Call(
            id: 1, origin: Origin(scheme: .http, host: "a.test", port: 80),
            expires: Moment(ContinuousClock.now) + .seconds(3600))
        let head = HTTPRequestHead(version: .http1_1, method: choice & 1 == 0 ? .POST : .HEAD, uri: "/")
        var keep: Exchange.Keep?
        if choice & 4 == 0 { keep = { _, _ in true } }
        let body = ByteBuffer(string: choice & 2 == 0 ? "{}" : "")
        let exchange = Exchange(head, body: body, call: call, bound: 1000, keep: keep, ended: {})
        let race = ExchangeHandler.Contest(connected: { true }, dropped: { _ in })
        let channel = EmbeddedChannel()
        do {
            try channel.pipeline.syncOperations.addHandlers([
                HTTPRequestEncoder(configuration: .asGiven), ByteToMessageHandler(HTTPResponseDecoder.tight),
                ExchangeHandler(exchange, isSecure: false, race: race),
            ])
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 80)).wait()
        } catch {
            preconditionFailure("\(error)")
        }
        for piece in Array(bytes.dropFirst()).pieces where channel.isActive {
            _ = try? channel.writeInbound(ByteBuffer(bytes: piece))
            channel.embeddedEventLoop.run()
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        precondition(exchange.isComplete || exchange.failure != nil, "it has no end")
    }
}
