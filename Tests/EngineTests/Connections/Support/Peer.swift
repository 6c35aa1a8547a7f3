import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

#if canImport(Glibc)
import Glibc

@testable import Basics
@testable import Connections

#endif

/// A loopback server that does exactly what a test tells it, byte by byte.
///
/// It never closes a connection by itself, so that every socket that goes away was closed by the client.
final class Peer: Sendable {
    typealias Script = @Sendable (Request, Connection) -> Void

    struct Request: Sendable {
        let method: String
        let path: String
        let head: String
        let body: ByteBuffer
        /// Counts the connections of the peer from 0.
        let connection: Int
    }
    struct Counts: Sendable {
        var accepted = 0
        var closed = 0
        var requests: [String] = []
        var bytesReceived = 0
        var open: Int { accepted - closed }
    }
    private struct State {
        var counts = Counts()
        var held: [Connection] = []
        /// Releases that came before there was anything to release.
        var credit = 0
        var waiters: [(condition: @Sendable (Counts) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }
    enum Security: Sendable { case plain, tls, tlsDeafToClose, tlsForeign, tlsLiteral, tlsNameless }

    private let state = Mutex(State())
    private let server: any Channel
    let port: Int
    let security: Security
    /// Whether a connection serves one request after another.
    let keepsAlive: Bool

    var url: String { "\(security == .plain ? "http" : "https")://127.0.0.1:\(port)" }
    var counts: Counts { state.withLock { $0.counts } }

    /// The default script answers `/hold...` when the test says so, and all else at once. `greet` runs on the first
    /// bytes of a connection, whatever they are.
    static func start(
        _ security: Security = .plain, keepsAlive: Bool = false, greet: (@Sendable (Connection) -> Void)? = nil,
        script: @escaping Script = Peer.standard
    ) async throws -> Peer {
        let box = Box()
        let tls = try security.context()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let peer = box.peer.withLock({ $0 }) else { throw ChannelError.ioOnClosedChannel }
                    let number = peer.opened()
                    channel.closeFuture.whenComplete { _ in peer.ended() }
                    let pipeline = channel.pipeline.syncOperations
                    if security == .tlsDeafToClose { try pipeline.addHandler(Deafness()) }
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandler(PeerHandler(peer: peer, number: number, greet: greet, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let peer = Peer(server: server, security: security, keepsAlive: keepsAlive)
        box.peer.withLock { $0 = peer }
        return peer
    }

    static let standard: Script = { request, connection in
        if request.path.hasPrefix("/hold") { connection.hold() } else { connection.answer("hello") }
    }

    private init(server: any Channel, security: Security, keepsAlive: Bool) {
        self.keepsAlive = keepsAlive
        self.server = server
        self.security = security
        port = server.localAddress?.port ?? 0
    }

    func stop() async { try? await server.close() }

    /// Answers that many of the requests it holds, the oldest first, or as soon as it holds them; all and any later
    /// ones when no number is given.
    func release(_ count: Int = 1 << 32) {
        let released = state.withLock { state in
            let released = Array(state.held.prefix(count))
            state.held.removeFirst(released.count)
            state.credit += count - released.count
            return released
        }
        for connection in released { connection.answer("hello") }
    }

    /// Returns when the condition holds.
    func until(_ condition: @escaping @Sendable (Counts) -> Bool) async {
        await withCheckedContinuation { continuation in
            let holds = state.withLock { state in
                if condition(state.counts) { return true }
                state.waiters.append((condition, continuation))
                return false
            }
            if holds { continuation.resume() }
        }
    }

    // MARK: What connections report

    private func opened() -> Int {
        change { counts in
            counts.accepted += 1
            return counts.accepted - 1
        }
    }
    private func ended() { change { $0.closed += 1 } }
    fileprivate func received(_ path: String) { change { $0.requests.append(path) } }
    fileprivate func received(bytes: Int) { change { $0.bytesReceived += bytes } }
    fileprivate func hold(_ connection: Connection) {
        let isReleased = state.withLock { state in
            guard state.credit == 0 else {
                state.credit -= 1
                return true
            }
            state.held.append(connection)
            return false
        }
        if isReleased { connection.answer("hello") }
    }

    private func change<Result>(_ edit: (inout Counts) -> Result) -> Result where Result: Sendable {
        let (result, ready) = state.withLock { state in
            let result = edit(&state.counts)
            let ready = state.waiters.filter { $0.condition(state.counts) }
            if !ready.isEmpty { state.waiters.removeAll { $0.condition(state.counts) } }
            return (result, ready.map(\.continuation))
        }
        for continuation in ready { continuation.resume() }
        return result
    }

    private final class Box: Sendable {
        let peer = Mutex<Peer?>(nil)
    }
}

/// One accepted connection, as a script sees it.
struct Connection: Sendable {
    fileprivate let peer: Peer
    let channel: any Channel

    func send(_ text: String) { send(ByteBuffer(string: text)) }
    func send(_ bytes: ByteBuffer) { channel.writeAndFlush(bytes, promise: nil) }

    /// A complete response; the connection stays open.
    func answer(_ body: String, status: String = "200 OK") {
        send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Leaves the request until ``Peer/release(_:)``.
    func hold() { peer.hold(self) }

    func close() { channel.close(promise: nil) }

    /// Closes with a reset instead of an orderly end.
    func reset() {
        let channel = channel
        guard let options = channel as? any SocketOptionProvider else { return close() }
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
    }

    /// Closes without close_notify.
    func cut() {
        let channel = channel
        channel.eventLoop.execute {
            let tls = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
            if let tls { tls.close(promise: nil) } else { channel.close(promise: nil) }
        }
    }

    func after(_ milliseconds: Int64, _ act: @escaping @Sendable () -> Void) {
        channel.eventLoop.scheduleTask(in: .milliseconds(milliseconds), act)
    }
}

/// Collects a request and runs the script on it. What comes later on the connection is ignored, or the next request.
private final class PeerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let peer: Peer
    private let number: Int
    private var greet: (@Sendable (Connection) -> Void)?
    private let script: Peer.Script
    private var received = ByteBuffer()
    private var head: (text: String, length: Int)?
    private var isServed = false

    init(
        peer: Peer, number: Int, greet: (@Sendable (Connection) -> Void)?, script: @escaping Peer.Script
    ) {
        self.peer = peer
        self.greet = greet
        self.number = number
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        peer.received(bytes: bytes.readableBytes)
        greet?(Connection(peer: peer, channel: context.channel))
        greet = nil
        if isServed, peer.keepsAlive { (isServed, head, received) = (false, nil, ByteBuffer()) }
        guard !isServed else { return }
        received.writeBuffer(&bytes)
        if head == nil { takeHead() }
        guard let head else { return }
        let words = head.text.split(separator: " ", maxSplits: 2).map(String.init)
        let (method, path) = (words.first ?? "", words.count > 1 ? words[1] : "")
        // A script that answers early does not get the body.
        guard received.readableBytes >= head.length || path.hasPrefix("/early") else { return }
        isServed = true
        peer.received(path)
        let request = Peer.Request(method: method, path: path, head: head.text, body: received, connection: number)
        script(request, Connection(peer: peer, channel: context.channel))
    }

    private func takeHead() {
        let view = received.readableBytesView
        guard let end = view.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
        let count = view.distance(from: view.startIndex, to: end.upperBound)
        guard let text = received.readString(length: count) else { return }
        let line = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        let length = line.flatMap { Int($0.dropFirst("content-length:".count).filter { $0 != " " }) } ?? 0
        head = (text, length)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Drops what the client sends once the response is on its way, close_notify included.
private final class Deafness: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var reads = 0
    private var isDeaf = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isDeaf { return }
        // An alert is record type 21; in TLS 1.3 it travels as type 23 and is short.
        let bytes = unwrapInboundIn(data)
        if bytes.readableBytes < 40, bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) == 23 {
            isDeaf = true
            return
        }
        context.fireChannelRead(data)
    }
}

extension Peer.Security {
    fileprivate func context() throws -> NIOSSLContext? {
        let pair = switch self {
        case .tlsForeign: TestCertificate.foreign
        case .tlsLiteral: TestCertificate.literal
        case .tlsNameless: TestCertificate.nameless
        default: TestCertificate.local
        }
        guard self != .plain else { return nil }
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(pair.certificate.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(pair.key.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
    }
}
