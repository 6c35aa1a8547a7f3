import Basics
import EmbeddedModel
import FoundationEssentials
import NIOCore

/// A prompt as `/chat/completions` takes it.
struct OpenAIPrompt: Sendable {
    let prompt: ModelPrompt
    let model: String
    let features: OpenAIDialect.Features
    /// Of the ``ThinkingSwitch``.
    var thinking = 0
    let isStreamed: Bool

    /// The request body.
    func body() throws -> ByteBuffer {
        try ByteBuffer(
            json: try request(), picture: prompt.picture,
            behind: "\"url\":\"" + (prompt.picture.map(Self.dataURI) ?? ""))
    }

    private func request() throws -> OpenAIMessages.Request {
        var parts: [OpenAIMessages.Part] = [.text(prompt.text)]
        if let schema = try spelledOutSchema() { parts[0] = .text(prompt.text + schema) }
        if let picture = prompt.picture { parts.append(.image(Self.dataURI(picture))) }
        var messages = [OpenAIMessages.Message(role: "user", content: parts)]
        if !prompt.instructions.isEmpty {
            messages.insert(.init(role: "system", content: [.text(prompt.instructions)]), at: 0)
        }
        var request = OpenAIMessages.Request(model: model, messages: messages)
        if isStreamed {
            request.stream = true
            request.stream_options = features.streamsUsage ? .init(include_usage: true) : nil
        }
        if features.countsCompletion {
            request.max_completion_tokens = prompt.maxOutputTokens
        } else {
            request.max_tokens = prompt.maxOutputTokens
        }
        switch thinking {
        case 1:
            // OpenAI, Ollama and gateways take the one, llama.cpp and vLLM the other.
            request.reasoning_effort = "none"
            request.chat_template_kwargs = .init(enable_thinking: false)
        case 2: request.reasoning_effort = "low"
        default: break
        }
        if let schema = prompt.schema {
            switch features.json {
            case .schema:
                let named = OpenAIMessages.Format.Schema(
                    name: "answer", strict: true, schema: JSONSchema(schema: schema))
                request.response_format = .init(type: "json_schema", json_schema: named)
            case .object: request.response_format = .init(type: "json_object")
            case .none: break
            }
        }
        return request
    }

    /// The schema as text, where the server does not take it as a schema.
    private func spelledOutSchema() throws -> String? {
        guard let schema = prompt.schema, features.json != .schema else { return nil }
        let json = try JSON.text(JSONSchema(schema: schema))
        return "\nAnswer with one JSON object and nothing else. It must match this JSON Schema: \(json)"
    }

    /// What the picture's base64 follows.
    private static func dataURI(_ picture: EncodedPicture) -> String { "data:\(picture.mimeType);base64," }
}
