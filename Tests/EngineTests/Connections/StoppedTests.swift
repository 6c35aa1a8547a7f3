import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Basics
@testable import Connections

@Suite("What was stopped stays stopped", .shared)
struct StoppedTests {
    @Test("a request that is cancelled while its connection comes to stand is not sent", arguments: [true, false])
    func notSent(isCancelled: Bool) throws {
        let call = Call(
            id: 1, origin: Origin(scheme: .http, host: "a.test", port: 80),
            expires: Moment(ContinuousClock.now) + .seconds(3600))
        let exchange = Exchange(
            HTTPRequestHead(version: .http1_1, method: .POST, uri: "/"), body: ByteBuffer(string: "once"), call: call,
            bound: 100) {}
        let race = ExchangeHandler.Contest(
            connected: {
                // The news of it comes to the event loop after the connection.
                if isCancelled { exchange.fail(CancellationError(), atOnce: true) }
                return true
            }, dropped: { _ in })
        let channel = EmbeddedChannel(handler: ExchangeHandler(exchange, isSecure: false, race: race))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 80)).wait()
        let sent = try channel.readOutbound(as: HTTPClientRequestPart.self)
        #expect((sent == nil) == isCancelled)
        channel.embeddedEventLoop.run()
        #expect(channel.isActive != isCancelled)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    @Test("an alarm that was stopped is not set again")
    func alarm() async {
        let clock = ManualClock()
        let (stopped, other) = (Alarm(clock: clock), Alarm(clock: clock))
        let (rings, seen) = (Counter(), Gate())
        stopped.stop()
        stopped.set(at: clock.moment + .seconds(1), ring: { rings.add() })
        other.set(at: clock.moment + .seconds(2), ring: { seen.open() })
        await clock.sleepers(1)
        clock.advance(by: .seconds(2))
        await seen.opened()
        #expect(rings.count == 0)
    }
}
