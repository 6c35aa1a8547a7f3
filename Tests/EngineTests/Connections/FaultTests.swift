import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import Engine

/// One way in which a server, a network or a machine misbehaves, and what a request has to make of it.
struct Fault: Sendable, CustomTestStringConvertible {
    typealias Reason = HTTPFailure.Reason

    let name: String
    var method = "GET"
    var security = Peer.Security.plain
    var bound = 64 << 20
    var greet: (@Sendable (Connection) -> Void)?
    let script: Peer.Script
    let isExpected: @Sendable (Ending) -> Bool

    var testDescription: String { name }

    /// A peer that answers with these bytes and leaves the connection open, or closes or resets it after them.
    init(
        _ name: String, method: String = "GET", _ bytes: String, then act: After = .nothing, bound: Int = 64 << 20,
        security: Peer.Security = .plain, _ isExpected: @escaping @Sendable (Ending) -> Bool
    ) {
        self.name = name
        self.method = method
        self.security = security
        self.bound = bound
        self.isExpected = isExpected
        script = { request, connection in
            if request.path == "/next" { return connection.answer("next") }
            guard !bytes.isEmpty else { return act.run(connection) }
            connection.channel.writeAndFlush(ByteBuffer(string: bytes)).whenComplete { _ in act.run(connection) }
        }
    }

    enum After: Sendable {
        case nothing, close, reset, cut
        func run(_ connection: Connection) {
            switch self {
            case .nothing: break
            case .close: connection.close()
            // The bytes must have been read before the reset makes the kernel drop them.
            case .reset: connection.after(30) { connection.reset() }
            case .cut: connection.cut()
            }
        }
    }

    static func answers(_ body: String) -> @Sendable (Ending) -> Bool { { $0 == .answered(body) } }
    static func fails(_ reason: Reason, _ phase: Phase) -> @Sendable (Ending) -> Bool {
        { $0 == .failed(reason, phase) }
    }
    static let malformed: @Sendable (Ending) -> Bool = {
        if case .failed(.malformed, _) = $0 { true } else { false }
    }
    static let tooLarge: @Sendable (Ending) -> Bool = { if case .failed(.tooLarge, _) = $0 { true } else { false } }
    static func lost(_ bytes: Int, _ phases: Phase...) -> @Sendable (Ending) -> Bool {
        { ending in phases.contains { ending == .failed(.disconnected(bodyBytes: bytes), $0) } }
    }

    static let ok = "HTTP/1.1 200 OK\r\n"

    static let all: [Fault] = [
        Fault("the connection is closed before the head", "", then: .close, lost(0, .waiting)),
        Fault("the connection is reset before the head", "", then: .reset, lost(0, .waiting)),
        Fault("the connection is closed in the head", ok + "Content-Le", then: .close, lost(0, .waiting)),
        Fault("a POST is answered with a close", method: "POST", "", then: .close, lost(0, .waiting)),
        Fault("a body of known length is cut", ok + "Content-Length: 10\r\n\r\nhello", then: .close, lost(5, .receiving)),
        Fault("a body of known length is reset", ok + "Content-Length: 10\r\n\r\nhello", then: .reset, lost(5, .receiving)),
        Fault(
            "a chunked body is cut", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", then: .close,
            lost(5, .receiving)),
        Fault(
            "a chunked body is reset", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", then: .reset,
            lost(5, .receiving)),
        Fault("a body ends with its connection", ok + "\r\nhello", then: .close, answers("hello")),
        Fault("a body that ends with its connection is reset", ok + "\r\nhello", then: .reset, lost(5, .receiving)),
        Fault(
            "TLS: a body that ends with its connection is cut without close_notify", ok + "\r\nhello", then: .cut,
            security: .tls, lost(5, .receiving)),
        Fault(
            "TLS: a whole body is followed by a cut", ok + "Content-Length: 5\r\n\r\nhello", then: .cut, security: .tls,
            answers("hello")),
        Fault("TLS: a body ends with close_notify", ok + "\r\nhello", then: .close, security: .tls, answers("hello")),
        Fault(
            "five early hints come first",
            String(repeating: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", count: 5)
                + ok + "Content-Length: 5\r\n\r\nhello", answers("hello")),
        Fault(
            "informational responses never end", String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 100),
            malformed),
        Fault("101 is sent unasked", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", malformed),
        Fault("the status line is garbage", "HELLO WORLD\r\n\r\n", malformed),
        Fault("the version is 9.9", "HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n", malformed),
        Fault("a TLS alert comes back", "\u{15}\u{3}\u{1}\0\u{2}\u{2}\u{46}", then: .close, malformed),
        Fault("the reason phrase is missing", "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello", answers("hello")),
        Fault("a chunk has no size", ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", malformed),
        Fault(
            "a chunk size overflows", ok + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n", malformed),
        Fault("there are two lengths", ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", malformed),
        Fault(
            "there are a length and chunks", ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            malformed),
        Fault("the length is negative", ok + "Content-Length: -5\r\n\r\nhello", malformed),
        Fault(
            "one header has 100 kB", ok + "X: " + String(repeating: "x", count: 100_000) + "\r\n\r\n", tooLarge),
        Fault(
            "there are 5,000 headers", ok + String(repeating: "X: y\r\n", count: 5_000) + "\r\n", tooLarge),
        Fault("the declared body is over the bound", ok + "Content-Length: 1000\r\n\r\n", bound: 100, tooLarge),
        Fault(
            "an undeclared body crosses the bound", ok + "\r\n" + String(repeating: "x", count: 101), bound: 100, tooLarge),
        Fault("a body is exactly at the bound", ok + "Content-Length: 5\r\n\r\nhello", bound: 5, answers("hello")),
        Fault(
            "a compressed body comes although none was asked for",
            ok + "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", answers("hello")),
        Fault("HEAD is answered with a length", method: "HEAD", ok + "Content-Length: 5\r\n\r\n", answers("")),
        Fault("204 has a body", "HTTP/1.1 204 No Content\r\n\r\nhello", answers("")),
        Fault("304 has a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", answers("")),
        Fault("bytes follow the response", ok + "Content-Length: 5\r\n\r\nhelloHTTP/1.1 rubbish", answers("hello")),
        Fault("the server hangs up after the response", ok + "Content-Length: 5\r\n\r\nhello", then: .close, answers("hello")),
        Fault(
            "an expectation is refused", method: "POST", "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n",
            answers("")),
    ]
}

@Suite("Faults of servers and networks", .timeLimit(.minutes(1)))
struct FaultTests {
    @Test("end a request once, leave no lane and no socket, and do not disturb the next request", arguments: Fault.all)
    func survived(fault: Fault) async throws {
        try await Fixture.withPeer(fault.security, script: fault.script) { peer in
            let settings = Fixture.settings {
                $0.limit = 1
                $0.responseBound = fault.bound
            }
            try await Fixture.withPool(settings) { pool in
                let body = ByteBuffer(string: fault.method == "POST" ? "question" : "")
                let ending = await pool.start(HTTPRequest(method: fault.method, url: peer.url, body: body)).value
                #expect(fault.isExpected(ending), "\(ending)")
                #expect(peer.counts.requests.count == 1)
                Fixture.expectNoSocket(to: peer, pool)
                try await pool.expect("\(peer.url)/next", answers: "next")
                let end = pool.occupancy()
                #expect(end.answered + end.failed == 2)
            }
        }
    }

    @Test("a connection refused is told at once, with the address")
    func refused() async throws {
        let peer = try await Peer.start()
        await peer.stop()
        try await Fixture.withPool { pool in
            let ending = await pool.start(peer.url).value
            #expect(ending == .failed(.connect(["127.0.0.1:\(peer.port): Connection refused"]), .connecting))
            Fixture.expectNoSocket(to: peer, pool)
        }
    }

    @Test("a refused first address costs nothing, and a dead IPv6 address does not hide IPv4",
        arguments: ["127.0.0.2", "::1"])
    func firstRefused(first: String) async throws {
        try await Fixture.withPeer { peer in
            let resolver: NameCache.Resolver = { _, port in
                try [first, "127.0.0.1"].map { try SocketAddress(ipAddress: $0, port: port) }
            }
            // The clock never moves: an answer that had to wait for a head start would never come.
            try await Fixture.withPool(clock: ManualClock(), resolver: resolver) { pool in
                try await pool.expect("http://a.test:\(peer.port)/", answers: "hello")
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a name that does not exist is a DNS failure")
    func unknownName() async throws {
        try await Fixture.withPool(resolver: { _, _ in
            throw HTTPFailure(.dns("Name or service not known"), phase: .resolving, origin: nil)
        }) { pool in
            #expect(await pool.start("http://nowhere.test/").value == .failed(.dns("Name or service not known"), .resolving))
        }
    }

    @Test("a process without file descriptors fails the request once and works again when there are some")
    func outOfDescriptors() async throws {
        let attempts = Counter()
        let real = Dial.tcp(timeout: .seconds(10))
        let connect: Dial.Connect = { address, loop, prepare in
            attempts.add()
            return attempts.count == 1
                ? loop.makeFailedFuture(IOError(errnoCode: 24, reason: "socket")) : real(address, loop, prepare)
        }
        try await Fixture.withPeer { peer in
            try await Fixture.withPool(connect: connect) { pool in
                let ending = await pool.start(peer.url).value
                #expect(ending == .failed(.connect(["127.0.0.1:\(peer.port): Too many open files"]), .connecting))
                #expect(attempts.count == 1)
                try await pool.expect(peer.url, answers: "hello")
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a certificate that nobody trusts, or for another name, is told as such and never tried again",
        arguments: [true, false])
    func certificate(isForeign: Bool) async throws {
        try await Fixture.withPeer(isForeign ? .tlsForeign : .tls) { peer in
            let roots = isForeign ? [TestCertificate.foreign.certificate] : []
            let pool = ConnectionPool(
                on: MultiThreadedEventLoopGroup.singleton, tls: TLSSettings(additionalRoots: roots))
            let ending = await pool.start(peer.url).value
            guard case .failed(.certificate, .handshaking) = ending else {
                Issue.record("\(ending)")
                return await pool.close()
            }
            #expect(peer.counts.accepted == 1)
            Fixture.expectNoSocket(to: peer, pool)
            await pool.close()
        }
    }

    @Test("a certificate file is trusted besides the system's, and one that cannot be read is told as such")
    func rootsFile() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "roots-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "roots.pem").path
        try Data(TestCertificate.local.certificate.utf8).write(to: URL(filePath: file))
        try await Fixture.withPeer(.tls) { peer in
            let named = TLSSettings(file: nil, environment: ["SSL_CERT_FILE": file])
            try await withConnectionPool(on: MultiThreadedEventLoopGroup.singleton, tls: named) { pool in
                let answer = try await pool.get(peer.url)
                #expect(answer == "hello")
            }
            let missing = TLSSettings(file: file + ".missing", environment: ["SSL_CERT_FILE": file])
            try await withConnectionPool(on: MultiThreadedEventLoopGroup.singleton, tls: missing) { pool in
                guard case .failed(.trustRoots, .resolving) = await pool.start(peer.url).value else {
                    Issue.record("a missing file was not told")
                    return
                }
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a plain server behind https is told as such")
    func plainServer() async throws {
        try await Fixture.withPeer(greet: { $0.answer("no", status: "400 Bad Request") }) { peer in
            try await Fixture.withPool { pool in
                let ending = await pool.start("https://127.0.0.1:\(peer.port)/").value
                #expect(ending == .failed(.tls("the server does not answer in TLS"), .handshaking))
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("http spoken to a TLS server fails without hanging")
    func plainClient() async throws {
        try await Fixture.withPeer(.tls) { peer in
            try await Fixture.withPool { pool in
                let ending = await pool.start("http://127.0.0.1:\(peer.port)/").value
                #expect(Fault.malformed(ending) || Fault.lost(0, .sending, .waiting)(ending), "\(ending)")
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a head that trickles, and informational responses that trickle, end at the total timeout",
        arguments: ["HTTP/1.1 200 OK\r\nX: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", ""])
    func trickle(bytes: String) async throws {
        let clock = ManualClock()
        let started = Gate()
        try await Fixture.withPeer(script: { _, connection in
            for byte in bytes { connection.send(String(byte)) }
            started.open()
        }) { peer in
            try await Fixture.withPool(clock: clock) { pool in
                let request = pool.start(peer.url)
                await started.opened()
                await pool.until { $0.lanes[0].phase == .waiting }
                clock.advance(by: .seconds(30))
                #expect(await request.value == .failed(.totalTimeout, .waiting))
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a refusal followed by a reset during an upload is the refusal or a lost connection, and never hangs")
    func refusalAndReset() async throws {
        try await Fixture.withPeer(script: { _, connection in
            connection.answer("no", status: "413 Content Too Large")
            connection.reset()
        }) { peer in
            try await Fixture.withPool { pool in
                let upload = ByteBuffer(repeating: 0x2e, count: 20 << 20)
                let request = HTTPRequest(method: "POST", url: "\(peer.url)/early", body: upload)
                let ending = await pool.start(request).value
                #expect(ending == .answered("no") || Fault.lost(0, .sending, .receiving)(ending), "\(ending)")
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }
}
