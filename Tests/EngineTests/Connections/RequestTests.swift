import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

@testable import Basics
@testable import Connections

@Suite("What is sent, and what is not", .timeLimit(.minutes(5)), .shared)
struct RequestTests {
    @Test("the client writes the headers that frame a message, whatever the caller says about them")
    func framing() async throws {
        try await Fixture.withPeer(script: { request, connection in connection.answer(request.head) }) { peer in
            try await Fixture.withPool { pool in
                let request = HTTPRequest(
                    method: "POST", url: "\(peer.url)/a?b=c#d",
                    headers: [
                        ("Content-Length", "99"), ("Transfer-Encoding", "chunked"), ("Connection", "keep-alive"),
                        ("Expect", "100-continue"), ("x-goog-api-key", "k"),
                    ], body: ByteBuffer(string: "hello"))
                let head = try await pool.send(request).body
                #expect(
                    head
                        == "POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:\(peer.port)\r\nx-goog-api-key: k\r\n"
                        + "Content-Length: 5\r\nConnection: close\r\n\r\n")
            }
        }
    }

    @Test("what could smuggle a header is refused before anything is sent",
        arguments: [("X", "a\r\nY: b"), ("X\r\nY", "a"), ("X", "a\0"), ("", "a"), ("X:", "a")])
    func injection(name: String, value: String) async throws {
        #expect(throws: HTTPFailure.self) {
            try RequestTarget(HTTPRequest(url: "http://a.test/", headers: [(name, value)]), closes: true)
        }
    }

    @Test("a URL is taken apart, or refused", arguments: [
        ("http://a.test", "http://a.test:80", "/", "a.test"),
        ("HTTPS://A.Test/x", "https://a.test:443", "/x", "a.test"),
        ("http://a.test:8080?q=1", "http://a.test:8080", "/?q=1", "a.test:8080"),
        ("http://[::1]:81/x#y", "http://[::1]:81", "/x", "[::1]:81"),
        ("https://[fe80::1]/", "https://[fe80::1]:443", "/", "[fe80::1]"),
    ])
    func location(url: String, origin: String, path: String, authority: String) throws {
        let location = try Location(url)
        #expect(location.origin.description == origin)
        #expect(location.path == path)
        #expect(location.authority == authority)
    }

    @Test("a URL that cannot be used is refused", arguments: [
        "", "a.test", "ftp://a.test/", "http://", "http:///x", "http://user:secret@a.test/", "http://a.test:0/",
        "http://a.test:99999/", "http://a.test:+80/", "http://a b/", "http://[::1/",
        "http://a.test/\r\nX: y", "http://ä/",
    ])
    func badLocation(url: String) {
        #expect(throws: HTTPFailure.self) { try Location(url) }
    }

    @Test("a certificate's name covers a host, or does not", arguments: [
        ("a.test", "a.test", true), ("A.Test", "a.tEST", true), ("a.test", "b.test", false),
        ("x.a.test", "*.a.test", true), ("a.test", "*.a.test", false), ("x.y.a.test", "*.a.test", false),
        ("a.test", "*.test", false), ("a.test", "", false), ("xa.test", "a.test", false),
    ])
    func certificateName(host: String, pattern: String, isCovered: Bool) {
        #expect(NIOSSLCertificate.matches(host: host, pattern: pattern) == isCovered)
    }

    @Test("a certificate for the address of a host is not one for its name")
    func certificateOfAddress() throws {
        let bytes = Array(TestCertificate.local.certificate.utf8)
        let certificate = try #require(try NIOSSLCertificate.fromPEMBytes(bytes).first)
        #expect(certificate.isFor(host: "localhost"))
        #expect(certificate.isFor(host: "127.0.0.1"))
        #expect(certificate.isFor(host: "::1"))
        #expect(!certificate.isFor(host: "127.0.0.2"))
        #expect(!certificate.isFor(host: "a.test"))
    }

    @Test("failures that look alike elsewhere read differently here, and name phase, host and remedy")
    func sentences() {
        let origin = Origin(scheme: .https, host: "a.test", port: 443)
        let failures = [
            HTTPFailure(.connectTimeout, phase: .queued, origin: origin),
            HTTPFailure(.connectTimeout, phase: .connecting, origin: origin),
            HTTPFailure(.totalTimeout, phase: .receiving, origin: origin),
            HTTPFailure(.certificate("expired"), phase: .handshaking, origin: origin),
            HTTPFailure(.tls("the server does not answer in TLS"), phase: .handshaking, origin: origin),
            HTTPFailure(.connect(["10.0.0.1:443: Connection refused"]), phase: .connecting, origin: origin),
            HTTPFailure(.connect(["10.0.0.1:443: Too many open files"]), phase: .connecting, origin: origin),
            HTTPFailure(.disconnected(bodyBytes: 0), phase: .waiting, origin: origin),
            HTTPFailure(.disconnected(bodyBytes: 7), phase: .receiving, origin: origin),
        ].map(\.description)
        #expect(Set(failures).count == failures.count)
        #expect(failures.allSatisfy { $0.contains("https://a.test:443") })
        #expect(failures[0].contains("queued") && failures[0].contains("--limit-per-host"))
        #expect(failures[3].contains("certificate") && failures[3].contains("--ca-file"))
        #expect(failures[6].contains("ulimit"))
    }
}

@Suite("Redirects", .timeLimit(.minutes(5)), .shared)
struct RedirectTests {
    private static let script: Peer.Script = { request, connection in
        let path = request.path
        guard path.hasPrefix("/to/"), let status = path.split(separator: "/").dropFirst().first else {
            return connection.answer("\(request.method) \(path) \(String(buffer: request.body))")
        }
        let place = path == "/to/302/none" ? "" : path == "/to/302/loop" ? "Location: /to/302/loop\r\n"
            : path == "/to/302/ftp" ? "Location: ftp://a.test/\r\n" : "Location: /end\r\n"
        connection.send("HTTP/1.1 \(status) Moved\r\n\(place)Content-Length: 0\r\n\r\n")
    }

    @Test("are handed to the caller unless following them is asked for")
    func handedBack() async throws {
        try await Fixture.withPeer(script: Self.script) { peer in
            try await Fixture.withPool { pool in
                let status = try await pool.send(HTTPRequest(url: "\(peer.url)/to/302/x")).status
                #expect(status == 302)
            }
        }
    }

    @Test("keep method and body or become a GET, as the status says", arguments: [
        ("301", "GET /end "), ("302", "GET /end "), ("303", "GET /end "), ("307", "POST /end question"),
        ("308", "POST /end question"),
    ])
    func followed(status: String, answer: String) async throws {
        try await Fixture.withPeer(script: Self.script) { peer in
            let settings = Fixture.settings {
                $0.redirects = 10
                $0.limit = 1
            }
            try await Fixture.withPool(settings) { pool in
                let body = ByteBuffer(string: "question")
                let request = HTTPRequest(method: "POST", url: "\(peer.url)/to/\(status)/x", body: body)
                let answered = try await pool.send(request).body
                #expect(answered == answer)
                #expect(pool.occupancy().requests == 1)
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("end after ten, at a scheme that is not followed, and where no place is given")
    func ends() async throws {
        try await Fixture.withPeer(script: Self.script) { peer in
            try await Fixture.withPool(Fixture.settings { $0.redirects = 10 }) { pool in
                let loop = await pool.start("\(peer.url)/to/302/loop").value
                #expect(loop == .failed(.tooManyRedirects(10), .receiving))
                #expect(peer.counts.accepted == 11)
                let ftp = await pool.start("\(peer.url)/to/302/ftp").value
                #expect(ftp == .failed(.invalidURL("ftp://a.test/"), .receiving))
                let status = try await pool.send(HTTPRequest(url: "\(peer.url)/to/302/none")).status
                #expect(status == 302)
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a place is absolute only where it begins with a scheme", arguments: [
        ("/login?next=https://b.test/", "http://a.test:80/login?next=https://b.test/"),
        ("login?next=https://b.test/", "http://a.test:80/x/login?next=https://b.test/"),
        ("?next=https://b.test/", "http://a.test:80/x/y?next=https://b.test/"),
        ("/a:b", "http://a.test:80/a:b"), ("//b.test/z", "http://b.test:80/z"),
        ("HTTPS://b.test/z", "https://b.test:443/z"),
    ])
    func place(location: String, url: String) throws {
        let target = try RequestTarget(HTTPRequest(url: "http://a.test/x/y?z"), closes: true)
        let head = HTTPResponseHead(version: .http1_1, status: .found, headers: ["Location": location])
        let next = try #require(try target.redirected(by: head))
        #expect(next.origin.description + next.head.uri == url)
    }

    @Test("to a scheme that cannot be followed are refused", arguments: ["mailto:a@b.test", "ftp://b.test/", "x+y:z"])
    func badPlace(location: String) throws {
        let target = try RequestTarget(HTTPRequest(url: "http://a.test/x/y?z"), closes: true)
        let head = HTTPResponseHead(version: .http1_1, status: .found, headers: ["Location": location])
        #expect(throws: HTTPFailure(.invalidURL(location), phase: .queued, origin: nil)) {
            try target.redirected(by: head)
        }
    }

    @Test("to another origin free the lane first and take no secrets along")
    func otherOrigin() async throws {
        try await Fixture.withPeer(script: { request, connection in connection.answer(request.head) }) { end in
            try await Fixture.withPeer(script: { _, connection in
                connection.send("HTTP/1.1 302 Found\r\nLocation: \(end.url)/end\r\nContent-Length: 0\r\n\r\n")
            }) { start in
                let settings = Fixture.settings {
                    $0.redirects = 10
                    $0.limit = 1
                }
                try await Fixture.withPool(settings) { pool in
                    let headers = [("Authorization", "a"), ("Cookie", "b"), ("x-goog-api-key", "c"), ("X-Kept", "d")]
                    let head = try await pool.send(HTTPRequest(url: start.url, headers: headers)).body
                    #expect(head.contains("X-Kept: d"))
                    for secret in ["Authorization", "Cookie", "x-goog-api-key"] { #expect(!head.contains(secret)) }
                    #expect(head.contains("Host: 127.0.0.1:\(end.port)\r\n"))
                    Fixture.expectNoSocket(to: start, pool)
                    Fixture.expectNoSocket(to: end, pool)
                }
            }
        }
    }

    @Test("share one total budget")
    func oneBudget() async throws {
        let clock = ManualClock()
        try await Fixture.withPeer(script: { request, connection in
            // Each hop takes 0.4 s of the test's time, and the third does not end.
            clock.advance(by: .milliseconds(400))
            guard request.connection < 2 else { return }
            connection.send("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n")
        }) { peer in
            let settings = Fixture.settings {
                $0.redirects = 10
                $0.totalTimeout = .seconds(1)
            }
            try await Fixture.withPool(settings, clock: clock) { pool in
                let ending = await pool.start(peer.url).value
                guard case .failed(.totalTimeout, _) = ending else {
                    Issue.record("\(ending)")
                    return
                }
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }
}
