import Engine
import FoundationEssentials
import NIOCore
import Synchronization

@testable import Basics
@testable import Connections

/// A loopback server of the OpenAI API that follows what is published of llama.cpp, Ollama, LM Studio and vLLM: which
/// requests they refuse and in which words, how their streams are framed, and where the usage stands.
final class LocalModelServer: Sendable {
    struct Behaviour: Sendable {
        var models = ["qwen3-vl-30b"]
        /// The list of models says that none can see, as llama.cpp's does without a projector.
        var isBlind = false
        var text = ["Two ", "wolves."]
        /// Sent before the text, in the field named; llama.cpp says `reasoning_content`, Ollama `reasoning`.
        var thinking: (field: String, text: String)?
        /// Comment lines between the pieces, as gateways send them to keep a connection alive.
        var sendsComments = false
        /// Where the usage of a stream stands.
        var usage = UsagePlace.ownPiece
        var finish: String? = "stop"
        var sendsDone = true
        /// The body of a stream never ends.
        var staysOpen = false
        /// A field that is refused with 400, in the server's words.
        var refuses: (field: String, message: String)?
        /// Ollama decodes the picture: standard base64, and only of these types.
        var checksPicture = false
        /// An error that takes the place of the rest of the stream.
        var breaksOff: String?
        var key: String?
    }
    enum UsagePlace: Sendable { case ownPiece, lastPiece, nowhere }

    struct Sent: Sendable {
        let path: String
        let head: String
        let body: Body
    }

    struct Body: Sendable, Decodable {
        struct Message: Sendable, Decodable {
            var role: String
            var content: [Part]
        }
        struct Part: Sendable, Decodable {
            struct Image: Sendable, Decodable { var url: String }
            var type: String
            var text: String?
            var image_url: Image?
        }
        struct Format: Sendable, Decodable {
            struct Named: Sendable, Decodable {
                struct Schema: Sendable, Decodable {
                    var type: String
                    var required: [String]
                    var additionalProperties: Bool
                }
                var name: String
                var strict: Bool
                var schema: Schema
            }
            var type: String
            var json_schema: Named?
        }
        struct StreamOptions: Sendable, Decodable { var include_usage: Bool }
        var model = ""
        var messages: [Message] = []
        var stream: Bool?
        var stream_options: StreamOptions?
        var max_tokens: Int?
        var max_completion_tokens: Int?
        var response_format: Format?

        var image: String? { messages.last?.content.compactMap(\.image_url?.url).first }
        var question: String? { messages.last?.content.compactMap(\.text).first }
    }

    private let peer: Peer
    private let log: Log
    var baseURL: String { peer.url + "/v1" }
    var sent: [Sent] { log.state.withLock { $0 } }

    private final class Log: Sendable { let state = Mutex<[Sent]>([]) }

    static func start(_ behaviour: Behaviour = Behaviour()) async throws -> LocalModelServer {
        let log = Log()
        let peer = try await Peer.start(script: { request, connection in
            let raw = Data(request.body.readableBytesView)
            let body = (try? JSONDecoder().decode(Body.self, from: raw)) ?? Body()
            log.state.withLock { $0.append(Sent(path: request.path, head: request.head, body: body)) }
            Reply(behaviour, connection).serve(request, body, raw: String(decoding: raw, as: UTF8.self))
        })
        return LocalModelServer(peer: peer, log: log)
    }

    private init(peer: Peer, log: Log) {
        self.peer = peer
        self.log = log
    }

    func stop() async { await peer.stop() }
}

/// One answer.
private struct Reply {
    let behaviour: LocalModelServer.Behaviour
    let connection: Connection

    init(_ behaviour: LocalModelServer.Behaviour, _ connection: Connection) {
        self.behaviour = behaviour
        self.connection = connection
    }

    func serve(_ request: Peer.Request, _ body: LocalModelServer.Body, raw: String) {
        if let key = behaviour.key, !request.head.contains("Authorization: Bearer \(key)\r\n") {
            return error(
                401, "Incorrect API key provided: \(key)", type: "invalid_request_error", code: "invalid_api_key")
        }
        switch (request.method, request.path) {
        case ("GET", "/v1/models"):
            let blind = behaviour.isBlind ? #","architecture":{"input_modalities":["text"]}"# : ""
            let list = behaviour.models.map { #"{"id":"\#($0)","object":"model"\#(blind)}"# }.joined(separator: ",")
            json(#"{"object":"list","data":[\#(list)]}"#)
        case ("POST", "/v1/chat/completions"):
            guard behaviour.models.contains(body.model) else {
                return error(404, "model '\(body.model)' not found", type: "not_found_error", code: nil)
            }
            if let refused = behaviour.refuses, raw.contains("\"\(refused.field)\"") {
                return error(400, refused.message, type: "invalid_request_error", code: nil)
            }
            if behaviour.checksPicture, let complaint = complaint(body.image) {
                return error(400, complaint, type: "invalid_request_error", code: nil)
            }
            body.stream == true ? stream(body) : whole()
        default: error(404, "File Not Found", type: "not_found_error", code: nil)
        }
    }

    /// As Ollama reads `image_url`.
    private func complaint(_ url: String?) -> String? {
        guard let url else { return nil }
        for type in ["jpeg", "jpg", "png", "webp"] {
            let prefix = "data:image/\(type);base64,"
            guard url.hasPrefix(prefix) else { continue }
            let data = Data(base64Encoded: String(url.dropFirst(prefix.count)))
            return data == nil || data?.isEmpty == true ? "invalid image input" : nil
        }
        return "invalid image input"
    }

    private func stream(_ body: LocalModelServer.Body) {
        var events = [chunk(#"{"role":"assistant","content":null}"#)]
        if let thinking = behaviour.thinking { events.append(chunk(#"{"\#(thinking.field)":"\#(thinking.text)"}"#)) }
        for piece in behaviour.text {
            if behaviour.sendsComments { events.append(": keep-alive") }
            events.append(chunk(#"{"content":"\#(piece)"}"#))
        }
        if let breaksOff = behaviour.breaksOff {
            events.append("data: {\"error\":\(breaksOff)}")
        } else {
            let counts = #","usage":\#(usage)"#
            let isLast = behaviour.usage == .lastPiece
            if let finish = behaviour.finish { events.append(chunk("{}", finish: finish, more: isLast ? counts : "")) }
            if behaviour.usage == .ownPiece, body.stream_options?.include_usage == true {
                events.append(
                    #"data: {"id":"c","object":"chat.completion.chunk","model":"\#(model)","choices":[]\#(counts)}"#)
            }
            if behaviour.sendsDone { events.append("data: [DONE]") }
        }
        let text = events.map { $0 + "\n\n" }.joined()
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        // In pieces that end anywhere, as a network delivers them.
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let part = rest.prefix(37)
            rest = rest.dropFirst(37)
            connection.send("\(String(part.count, radix: 16))\r\n\(String(decoding: part, as: UTF8.self))\r\n")
        }
        if !behaviour.staysOpen { connection.send("0\r\n\r\n") }
    }

    private func whole() {
        let text = behaviour.text.joined()
        let finish = behaviour.finish.map { "\"\($0)\"" } ?? "null"
        let counts = behaviour.usage == .nowhere ? "" : #","usage":\#(usage)"#
        json(
            #"{"id":"c","object":"chat.completion","model":"\#(model)","choices":[{"index":0,"message":"#
                + #"{"role":"assistant","content":"\#(text)"},"finish_reason":\#(finish)}]\#(counts)}"#)
    }

    private func chunk(_ delta: String, finish: String? = nil, more: String = "") -> String {
        let reason = finish.map { "\"\($0)\"" } ?? "null"
        // vLLM and OpenAI say null for the usage of every piece but the last.
        let counts = more.isEmpty ? #","usage":null"# : more
        return #"data: {"id":"c","object":"chat.completion.chunk","model":"\#(model)","choices":"#
            + #"[{"index":0,"delta":\#(delta),"finish_reason":\#(reason)}]\#(counts)}"#
    }

    private var model: String { behaviour.models.first ?? "" }
    private let usage =
        #"{"prompt_tokens":310,"completion_tokens":25,"total_tokens":335,"#
        + #""prompt_tokens_details":{"cached_tokens":200},"completion_tokens_details":{"reasoning_tokens":15}}"#

    private func json(_ text: String, status: String = "200 OK") {
        connection.send(
            "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
    }

    private func error(_ status: Int, _ message: String, type: String, code: String?) {
        let code = code.map { "\"\($0)\"" } ?? "null"
        json(
            #"{"error":{"message":"\#(message)","type":"\#(type)","param":null,"code":\#(code)}}"#,
            status: "\(status) Refused")
    }
}
