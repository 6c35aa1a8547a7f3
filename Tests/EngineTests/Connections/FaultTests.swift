import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import Basics
@testable import Connections

@Suite("Faults of servers and networks", .timeLimit(.minutes(5)), .shared)
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
            try await Fixture.expectSurvived(pool)
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
            let ending = await pool.start("http://nowhere.test/").value
            #expect(ending == .failed(.dns("nowhere.test: Name or service not known"), .resolving))
            try await Fixture.expectSurvived(pool)
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
            try await Fixture.expectSurvived(pool)
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
                try await Fixture.expectSurvived(pool)
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
                try await Fixture.expectSurvived(pool)
            }
        }
    }

    @Test("a head that trickles, and informational responses that trickle, end at the total timeout",
        arguments: [
            "HTTP/1.1 200 OK\r\nX: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "",
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hi",
        ])
    func trickle(bytes: String) async throws {
        let clock = ManualClock()
        let started = Gate()
        try await Fixture.withPeer(script: { _, connection in
            for byte in bytes { connection.send(String(byte)) }
            started.open()
        }) { peer in
            try await Fixture.withPool(PoolSettings(), clock: clock) { pool in
                let request = pool.start(peer.url)
                await started.opened()
                await pool.until { $0.lanes[0].phase == .waiting }
                clock.advance(by: .seconds(30))
                #expect(await request.value == .failed(.totalTimeout, .waiting))
                Fixture.expectNoSocket(to: peer, pool)
                try await Fixture.expectSurvived(pool)
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
                try await Fixture.expectSurvived(pool)
            }
        }
    }
}
