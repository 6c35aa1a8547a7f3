import Basics
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Counts the sockets of one lane, from before they exist until after they are closed.
protocol SocketCounter: Sendable {
    /// A socket is about to be made, if the request goes on and the limits have room for one.
    func attemptBegins() -> PoolCore.Attempt
    func socketOpened()
    /// The attempt has left no socket behind. `hadSocket` when there was one; it is closed now.
    func attemptEnded(hadSocket: Bool)
}

/// Connects one exchange: races the addresses and gives the exchange the connection that is there first.
///
/// Runs on callbacks of one event loop, so that nothing comes between the connection and the first byte that is sent
/// on it. Stopping closes every socket of the dial, those that are still connecting included. Losers of the race are
/// closed when it is won. Each attempt beside the first needs a free lane for its socket; without one the race goes on
/// with the one attempt, which gives way to the next address when it takes too long.
final class Dial: Sendable {
    /// Makes a connection. The initializer has to run before the channel connects.
    typealias Connect = @Sendable (
        _ address: SocketAddress, _ loop: any EventLoop,
        _ initializer: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) -> EventLoopFuture<any Channel>

    /// How long an address may take before the next one is tried beside it.
    static let headStart = Duration.milliseconds(250)

    private struct Attempt {
        /// While it is open.
        var channel: (any Channel)?
        /// It got as far as having a socket.
        var hadSocket = false
    }

    private struct State {
        var race: Race
        /// Given away with the connection that wins: one that is kept must not keep the request it was opened for.
        var exchange: Exchange?
        /// By address.
        var attempts: [Attempt]
        var timer: Task<Void, Never>?
    }

    private let addresses: [SocketAddress]
    private let tunnel: String?
    private let tls: TLSClient?
    private let sockets: any SocketCounter
    private let loop: any EventLoop
    private let clock: any EngineClock
    private let connect: Connect
    private let state: Mutex<State>

    /// `tunnel` is the request that opens a tunnel through a proxy at the addresses; `tls` is `nil` for a plain
    /// connection.
    init(
        _ addresses: [SocketAddress], for exchange: Exchange, tunnel: String?, tls: TLSClient?,
        sockets: any SocketCounter, loop: any EventLoop, clock: any EngineClock, connect: @escaping Connect
    ) {
        self.addresses = addresses
        self.tunnel = tunnel
        self.tls = tls
        self.sockets = sockets
        self.loop = loop
        self.clock = clock
        self.connect = connect
        let attempts = Array(repeating: Attempt(), count: addresses.count)
        state = Mutex(State(race: Race(count: addresses.count), exchange: exchange, attempts: attempts))
    }

    func start() {
        state.withLock { $0.exchange }?.call.enter(.connecting)
        perform(state.withLock { $0.race.start() })
    }

    /// Closes every socket at once, without the courtesies of TLS.
    func stop(_ exchange: Exchange) {
        let (channels, timer) = state.withLock { state in
            state.race.callOff()
            defer { state.timer = nil }
            return (state.attempts.compactMap(\.channel), state.timer)
        }
        timer?.cancel()
        for channel in channels { channel.abort(for: exchange) }
    }

    /// Whether no address at all could be connected to, which makes what is known about the host worthless.
    var isLost: Bool { state.withLock { $0.race.isLost } }
    /// Whether an address was connected to.
    var isWon: Bool { state.withLock { $0.race.isWon } }

    private func perform(_ steps: [Race.Step]) {
        for step in steps {
            switch step {
            case .connect(let index): attempt(index)
            case .setTimer: setTimer()
            }
        }
    }

    private func attempt(_ index: Int) {
        switch sockets.attemptBegins() {
        case .refused: return
        case .noRoom:
            let givesWay = state.withLock { state in
                state.race.noRoom(for: index).flatMap { state.attempts[$0].channel }
            }
            givesWay?.abort()
            return setTimer()
        case .begun: break
        }
        let connected = connect(addresses[index], loop) { [self] channel in prepare(channel, index) }
        connected.whenFailure { [self] error in
            // A socket that was made is counted out when it is closed; here there was none.
            if !state.withLock({ $0.attempts[index].hadSocket }) { sockets.attemptEnded(hadSocket: false) }
            failedWhenClosed(index, error)
        }
    }

    private func prepare(_ channel: any Channel, _ index: Int) -> EventLoopFuture<Void> {
        let exchange = state.withLock { state in
            state.attempts[index] = Attempt(channel: channel, hadSocket: true)
            return state.race.isOver ? nil : state.exchange
        }
        sockets.socketOpened()
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { $0.attempts[index].channel = nil }
            sockets.attemptEnded(hadSocket: true)
        }
        guard let exchange else { return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
        return channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let tunnel {
                try pipeline.addHandler(TunnelHandler(request: tunnel) { [self] in
                    state.withLock { $0.race.reached(index) }
                })
            }
            if let tls { try pipeline.addHandler(tls.handler(for: exchange.call.origin)) }
            try pipeline.addHandler(HTTPRequestEncoder(configuration: .asGiven))
            try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder.tight))
            let race = ExchangeHandler.Contest(
                connected: { [self] in self.connected(index) },
                dropped: { [self] error in failedWhenClosed(index, error) })
            try pipeline.addHandler(ExchangeHandler(exchange, isSecure: tls != nil, race: race))
        }
    }

    /// Whether the attempt is the one to go on with.
    private func connected(_ index: Int) -> Bool {
        let (result, losers, timer) = state.withLock { state in
            let result = state.race.connected(index)
            guard result == .won else { return (result, [any Channel](), Task<Void, Never>?.none) }
            state.exchange = nil
            defer { state.timer = nil }
            let losers = state.attempts.indices.compactMap { $0 == index ? nil : state.attempts[$0].channel }
            return (result, losers, state.timer)
        }
        timer?.cancel()
        for channel in losers { channel.abort() }
        return result == .won
    }

    /// The next attempt needs the room of this one.
    private func failedWhenClosed(_ index: Int, _ error: any Error) {
        guard let channel = state.withLock({ $0.attempts[index].channel }) else { return failed(index, error) }
        channel.closeFuture.whenComplete { [self] _ in failed(index, error) }
    }

    private func failed(_ index: Int, _ error: any Error) {
        let why = "\(addresses[index].shown): \(HTTPFailure.sentence(error))"
        let (steps, lost, exchange) = state.withLock { state in
            let steps = state.race.failed(index, why: why)
            return (steps, state.race.isLost ? state.race.failures : nil, state.exchange)
        }
        perform(steps)
        guard let lost, let exchange else { return }
        let refusal = (error as? TunnelHandler.Refusal).map { HTTPFailure.Reason.proxy($0.answer) }
        exchange.fail(exchange.call.failure(refusal ?? .connect(lost)))
    }

    private func setTimer() {
        // Begun under the lock: a timer that runs out before it is noted would be taken for the later one, and that
        // one, which the race then goes by, be cancelled as the earlier.
        let replaced = state.withLock { state -> Task<Void, Never>? in
            guard !state.race.isOver else { return nil }
            defer {
                state.timer = Task { [clock, weak self] in
                    let end = clock.now + Self.headStart
                    guard (try? await clock.sleep(until: end, tolerance: .zero)) != nil else { return }
                    self?.headStartIsOver()
                }
            }
            return state.timer
        }
        replaced?.cancel()
    }

    private func headStartIsOver() {
        loop.execute { [self] in perform(state.withLock { $0.race.headStartIsOver() }) }
    }
}

extension Dial {
    /// Over TCP. The bootstrap's own connect timeout only backs up the pool's, which is the one that counts.
    static func tcp(timeout: Duration) -> Connect {
        let limit = TimeAmount.nanoseconds((timeout + .seconds(60)).nanoseconds)
        return { address, loop, initializer in
            ClientBootstrap(group: loop).connectTimeout(limit).channelInitializer(initializer).connect(to: address)
        }
    }
}

extension Channel {
    /// Closes the socket without waiting for the peer to answer close_notify.
    func abort() {
        let channel: any Channel = self
        eventLoop.execute {
            let tls = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLClientHandler.self)
            // A close that starts at the TLS handler's own place in the pipeline goes round the handler.
            if let tls { tls.close(promise: nil) } else { channel.close(promise: nil) }
        }
    }
}

extension Channel {
    /// Closes the socket, unless the connection was kept and has passed to another exchange.
    fileprivate func abort(for exchange: Exchange) {
        let channel: any Channel = self
        eventLoop.execute {
            let pipeline = channel.pipeline.syncOperations
            guard let handler = try? pipeline.handler(type: ExchangeHandler.self) else { return channel.abort() }
            if handler.exchange === exchange { channel.abort() }
        }
    }
}

extension SocketAddress {
    /// Address and port, without the name it was resolved from.
    var shown: String {
        guard let ipAddress, let port else { return "\(self)" }
        return ipAddress.contains(":") ? "[\(ipAddress)]:\(port)" : "\(ipAddress):\(port)"
    }
}

extension HTTPRequestEncoder.Configuration {
    /// The framing headers are ours already.
    static var asGiven: Self {
        var configuration = Self()
        configuration.automaticallySetFramingHeaders = false
        return configuration
    }
}

extension ByteToMessageDecoder where Self == HTTPResponseDecoder {
    /// Sees informational responses, so that they can be counted, and takes no more header than a sane server sends.
    static var tight: HTTPResponseDecoder {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 * 1024
        limits.maxHeaderListSize = 64 * 1024
        limits.maxHeaderFieldCount = 128
        return HTTPResponseDecoder(informationalResponseStrategy: .forward, limitConfiguration: limits)
    }
}
