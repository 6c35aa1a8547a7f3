import NIOCore
import Testing

@testable import Basics
@testable import Connections

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
        Fault(
            "a body of known length is cut", ok + "Content-Length: 10\r\n\r\nhello", then: .close, lost(5, .receiving)),
        Fault(
            "a body of known length is reset", ok + "Content-Length: 10\r\n\r\nhello", then: .reset,
            lost(5, .receiving)),
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
        Fault(
            "101 is sent unasked", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            malformed),
        Fault("the status line is garbage", "HELLO WORLD\r\n\r\n", malformed),
        Fault("the version is 9.9", "HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n", malformed),
        Fault("a TLS alert comes back", "\u{15}\u{3}\u{1}\0\u{2}\u{2}\u{46}", then: .close, malformed),
        Fault("the reason phrase is missing", "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello", answers("hello")),
        Fault("a chunk has no size", ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", malformed),
        Fault(
            "a chunk size overflows", ok + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n",
            malformed),
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
            "an undeclared body crosses the bound", ok + "\r\n" + String(repeating: "x", count: 101), bound: 100,
            tooLarge),
        Fault("a body is exactly at the bound", ok + "Content-Length: 5\r\n\r\nhello", bound: 5, answers("hello")),
        Fault(
            "a compressed body comes although none was asked for",
            ok + "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", answers("hello")),
        Fault("HEAD is answered with a length", method: "HEAD", ok + "Content-Length: 5\r\n\r\n", answers("")),
        Fault("204 has a body", "HTTP/1.1 204 No Content\r\n\r\nhello", answers("")),
        Fault("304 has a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", answers("")),
        Fault("bytes follow the response", ok + "Content-Length: 5\r\n\r\nhelloHTTP/1.1 rubbish", answers("hello")),
        Fault(
            "the server hangs up after the response", ok + "Content-Length: 5\r\n\r\nhello", then: .close,
            answers("hello")),
        Fault(
            "an expectation is refused", method: "POST", "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n",
            answers("")),
    ]
}
