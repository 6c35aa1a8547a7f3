import Basics
import EmbeddedModel
import Record

/// The wire format of `/chat/completions` and `/models`, as far as the agent needs it.
enum OpenAIMessages {
    struct Request: Sendable, Encodable {
        var model: String
        var messages: [Message]
        var stream: Bool?
        var stream_options: StreamOptions?
        var max_tokens: Int?
        var max_completion_tokens: Int?
        var response_format: Format?
        var reasoning_effort: String?
        var chat_template_kwargs: TemplateSettings?
    }

    struct TemplateSettings: Sendable, Encodable { var enable_thinking: Bool }

    struct StreamOptions: Sendable, Encodable { var include_usage: Bool }

    struct Message: Sendable, Encodable {
        var role: String
        var content: [Part]
    }

    struct Part: Sendable, Encodable {
        struct Image: Sendable, Encodable { var url: String }
        var type: String
        var text: String?
        var image_url: Image?

        static func text(_ text: String) -> Part { Part(type: "text", text: text) }
        static func image(_ url: String) -> Part { Part(type: "image_url", image_url: Image(url: url)) }
    }

    struct Format: Sendable, Encodable {
        struct Schema: Sendable, Encodable {
            var name: String
            var strict: Bool
            var schema: JSONSchema
        }
        var type: String
        var json_schema: Schema?
    }

    /// A whole answer, or one piece of a streamed answer. Everything may be missing, and is at times: the piece with
    /// the usage has no choices.
    struct Response: Sendable, Decodable {
        var choices: [Choice]?
        var usage: Usage?
        var model: String?
        /// An error in the middle of a stream takes the place of an answer.
        var error: GeminiMessages.Refusal?
    }

    struct Choice: Sendable, Decodable {
        var index: LenientInt?
        /// In a stream.
        var delta: Text?
        /// In a whole answer.
        var message: Text?
        var finish_reason: String?
        /// Gateways put the error of the server behind them here, with `finish_reason` `error`.
        var error: GeminiMessages.Refusal?
    }

    /// What the model says, in one piece or in parts (`[{"type":"text","text":"..."}]`).
    struct Text: Sendable, Decodable {
        var content = ""
        /// Why the model would not answer, in its own words.
        var refusal = ""
        /// Thinking came, in a field of its own or as a part; it is not read.
        var hasThought = false

        private enum Key: String, CodingKey { case content, refusal, reasoning_content, reasoning }

        /// What is not as expected in one part must not hide the others.
        private struct Part: Decodable {
            private enum Key: String, CodingKey { case type, text, refusal }
            var type: String?
            var text: String?
            var refusal: String?

            init(from decoder: any Decoder) throws {
                if let plain = try? decoder.singleValueContainer().decode(String.self) {
                    text = plain
                    return
                }
                let fields = try decoder.container(keyedBy: Key.self)
                type = try? fields.decode(String.self, forKey: .type)
                text = try? fields.decode(String.self, forKey: .text)
                refusal = try? fields.decode(String.self, forKey: .refusal)
            }
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            refusal = try fields.decodeIfPresent(String.self, forKey: .refusal) ?? ""
            hasThought = [Key.reasoning_content, .reasoning].contains { key in
                (try? fields.decodeIfPresent(String.self, forKey: key))?.isEmpty == false
            }
            guard let parts = try? fields.decode([Part].self, forKey: .content) else {
                content = try fields.decodeIfPresent(String.self, forKey: .content) ?? ""
                return
            }
            for part in parts {
                switch part.type {
                case "text", "output_text", nil: content += part.text ?? ""
                case "refusal": refusal += part.refusal ?? ""
                default: hasThought = hasThought || part.type == "thinking" || part.type == "reasoning"
                }
            }
        }
    }

    struct Usage: Sendable, Decodable {
        struct Prompt: Sendable, Decodable { var cached_tokens: LenientInt? }
        struct Completion: Sendable, Decodable { var reasoning_tokens: LenientInt? }
        var prompt_tokens: LenientInt?
        var completion_tokens: LenientInt?
        var prompt_tokens_details: Prompt?
        var completion_tokens_details: Completion?

        /// Completion tokens hold the thinking already.
        var usage: TokenUsage {
            let completion = max(0, completion_tokens?.value ?? 0)
            let thoughts = min(completion, max(0, completion_tokens_details?.reasoning_tokens?.value ?? 0))
            return TokenUsage(
                prompt: prompt_tokens?.value ?? 0, candidates: completion - thoughts, thoughts: thoughts,
                cached: prompt_tokens_details?.cached_tokens?.value ?? 0)
        }
    }

    /// `GET /models`.
    struct ModelList: Sendable, Decodable {
        struct Model: Sendable, Decodable {
            /// llama.cpp, OpenRouter.
            struct Architecture: Sendable, Decodable { var input_modalities: [String]? }
            var id: String
            var architecture: Architecture?
            /// vLLM.
            var max_model_len: LenientInt?

            /// A server that tells what its models take is believed.
            var listed: ListedModel {
                let sees = architecture?.input_modalities?.contains("image") ?? true
                return ListedModel(name: id, inputLimit: max_model_len?.value, isTextOnly: !sees)
            }
        }
        var data: [Model]
    }
}

/// A ``ResponseSchema`` in the words of JSON Schema: type names in lower case, "or null" as a second type, everything
/// required and nothing else allowed, as strict structured output wants it. Bounds are left out: not every server takes
/// them, and the answer is checked against them anyway.
struct JSONSchema: Sendable, Encodable {
    let schema: ResponseSchema

    private enum Key: String, CodingKey { case type, description, `enum`, properties, required, additionalProperties }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        let type = schema.type.rawValue.lowercased()
        if schema.nullable == true {
            try fields.encode([type, "null"], forKey: .type)
        } else {
            try fields.encode(type, forKey: .type)
        }
        try fields.encodeIfPresent(schema.description, forKey: .description)
        try fields.encodeIfPresent(schema.enum, forKey: .enum)
        guard let properties = schema.properties else { return }
        try fields.encode(properties.mapValues(JSONSchema.init), forKey: .properties)
        try fields.encode(schema.propertyOrdering ?? properties.keys.sorted(), forKey: .required)
        try fields.encode(false, forKey: .additionalProperties)
    }
}
