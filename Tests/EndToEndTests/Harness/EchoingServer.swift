import Glibc
import Synchronization

/// Refuses every HTTP request it gets, and repeats the whole of it in the refusal: the worst keeper of secrets.
final class EchoingServer: Sendable {
    var port: UInt16 { listener.port }
    private let listener: LoopbackListener
    private let requests = Observed<[String]>([])

    init() throws {
        listener = try LoopbackListener()
        listener.start { [requests] connection in
            Self.serve(connection, requests)
        } ended: { [requests] in
            requests.end("the server was closed")
        }
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// The heads of the requests so far.
    var heads: [String] { requests.value }

    /// One request, one after another: nobody hurries here.
    private static func serve(_ connection: Int32, _ requests: Observed<[String]>) {
        defer { Glibc.close(connection) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.firstRange(of: Array("\r\n\r\n".utf8)) == nil {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return }
            bytes += buffer[..<count]
        }
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let sizeLine = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        let size = sizeLine.flatMap { Int($0.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) } ?? 0
        var missing = end.upperBound + size - bytes.count
        while missing > 0 {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return }
            missing -= count
        }
        let said = head.split(separator: "\r\n").joined(separator: " ").filter { $0 != "\"" && $0 != "\\" }
        let body = #"{"error":{"code":400,"message":"not with that: \#(said)","status":"INVALID_ARGUMENT"}}"#
        let reply =
            "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        var rest = Array(reply.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
        requests.update { $0.append(head) }
    }

    /// Ends the accepting thread and closes everything.
    func close() async {
        listener.stop()
        _ = try? await requests.first("the end", within: .seconds(5), describe: { _ in "" }) { _ in Never?.none }
        listener.close()
    }
}
