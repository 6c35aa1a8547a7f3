import Basics
import Record

/// What a refusal means, in whatever words it comes.
extension GeminiMessages.Refusal {
    /// The HTTP status that it stands for, where it says so itself: by its number, or by a word of either API.
    var impliedStatus: Int? {
        if let code, (400..<600).contains(code) { return code }
        return [reason, status].lazy.compactMap { $0.flatMap { Self.statuses[$0] } }.first
    }

    private static let statuses = [
        "INVALID_ARGUMENT": 400, "FAILED_PRECONDITION": 400, "OUT_OF_RANGE": 400, "UNAUTHENTICATED": 401,
        "PERMISSION_DENIED": 403, "NOT_FOUND": 404, "RESOURCE_EXHAUSTED": 429,
        "invalid_request_error": 400, "BadRequestError": 400, "context_length_exceeded": 400,
        "exceed_context_size_error": 400, "authentication_error": 401, "invalid_api_key": 401, "billing_error": 402,
        "permission_error": 403, "not_found_error": 404, "model_not_found": 404, "request_too_large": 413,
        "rate_limit_error": 429, "rate_limit_exceeded": 429, "insufficient_quota": 429,
    ]

    var isQuota: Bool { !isOutOfMoney && (code == 429 || status == "RESOURCE_EXHAUSTED" || isDailyQuota) }

    /// `API_KEY_INVALID` from Gemini, `invalid_api_key` from others.
    var isKeyInvalid: Bool { reason == "API_KEY_INVALID" || reason == "invalid_api_key" }

    /// OpenAI's 429 that no waiting mends.
    var isOutOfMoney: Bool { reason == "insufficient_quota" || status == "insufficient_quota" }

    /// The model, or the server without the file for it, cannot see.
    var lacksSight: Bool {
        says(
            "support image", "image input is not supported", "images are not supported", "mmproj", "multimodal model",
            "not multimodal", "support multimodal", "support vision", "text-only", "only text")
    }

    /// The request has more tokens than the model's context.
    var isTooLong: Bool {
        reason == "context_length_exceeded" || status == "exceed_context_size_error"
            || says("context size", "context length", "context window", "maximum context", "token count exceeds",
                "prompt is too long")
    }

    /// This one picture could not be read; the next may be.
    private var isAboutPicture: Bool {
        says("image") && says("process", "decod", "invalid image", "corrupt", "failed to load")
    }

    private func says(_ phrases: String...) -> Bool {
        let message = message.lowercased()
        return phrases.contains { message.contains($0) }
    }

    /// Whether it is the request that is refused, with this status, and not whoever asks: another kind of request may
    /// pass.
    func isOfRequest(_ status: Int) -> Bool {
        if isKeyInvalid || isOutOfMoney || isQuota || status == 429 { return false }
        return [400, 411, 413, 414, 415, 422, 431].contains(status) || isMended || lacksSight || isTooLong
    }

    /// When the same request may pass, after a refusal with this status.
    func retry(_ status: Int) -> InterpreterError.Retry {
        if isMended { return .backoff }
        if isDailyQuota || isKeyInvalid || isOutOfMoney { return .hardlyEver }
        if [401, 402, 403, 404].contains(status) { return .hardlyEver }
        if status != 429 {
            if lacksSight || isTooLong { return .hardlyEver }
            let canPass = ![408, 409, 425].contains(status) && !isAboutPicture && retryAfter == nil
            if (300..<500).contains(status), canPass { return .hardlyEver }
        }
        return retryAfter.map { .after($0) } ?? .backoff
    }

    var label: String { status ?? code.map { "error \($0)" } ?? "an error" }

    /// A sentence for the operator: what was refused with this status, and what to do.
    func description(_ status: Int) -> String {
        let said = "HTTP \(status)" + (self.status.map { " \($0)" } ?? "") + (message.isEmpty ? "" : ": \(message)")
        if isKeyInvalid {
            return "the API key is not valid (HTTP \(status)); check GEMINI_API_KEY, OPENAI_API_KEY or --key-file"
        }
        if isOutOfMoney || status == 402 {
            return "the account behind the key has no credit left (\(said)); top it up, or use another key"
        }
        if isDailyQuota {
            let limit = quotaValue.map { " of \($0)" } ?? ""
            return "the daily quota\(limit) is used up (\(quotaID ?? "")); it comes back at midnight "
                + "Pacific time, or choose another --model"
        }
        if isMended || status == 429 { return Self.plain(status, said) }
        if lacksSight {
            return "the model takes text only (\(said)); choose a --model that takes pictures, or start llama-server "
                + "with its --mmproj"
        }
        if isTooLong {
            return "the request is too long for the model (\(said)); give it a longer context (llama-server -c, "
                + "OLLAMA_CONTEXT_LENGTH, vllm --max-model-len), or smaller pictures (llama-server --image-max-tokens)"
        }
        return Self.plain(status, said)
    }

    private static func plain(_ status: Int, _ said: String) -> String {
        switch status {
        case ..<400: "that is no answer of the API (\(said)); check --endpoint and --api"
        case 401, 403: "the key is not allowed to do this (\(said)); check the key"
        case 404: "the model or the path is unknown there (\(said)); check --model and --endpoint"
        case 413:
            "the request is too large for the server (\(said)); raise its limit, such as nginx's client_max_body_size"
        case 415: "the server does not take JSON there (\(said)); check --endpoint and --api"
        case 429: "too many requests (\(said)); lower --frame-rate or set --rpm"
        case 500...: "the server has trouble (\(said)); it is tried again"
        default: "the server refused the request (\(said))"
        }
    }
}
