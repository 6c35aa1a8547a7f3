import Basics
import Speech

/// What a generateContent body asks, as far as the embedded model can do it. Fields it has no use for are ignored.
package struct GenerateRequest: Sendable {
    /// The texts of the system instruction.
    package private(set) var system: [String] = []
    /// The texts of the user's turns, oldest first.
    package private(set) var prompts: [String] = []
    /// The newest picture, not yet decoded.
    package private(set) var picture: [UInt8]?
    /// How many pictures came along; all are counted, the newest is looked at.
    package private(set) var pictures = 0
    package private(set) var maxOutputTokens: Int?
    /// Whether JSON is wanted, and of which shape.
    package private(set) var output = Output.prose
    private var tokensPerPicture = 1120
    /// Tokens of all texts, those of earlier answers included.
    private var textTokens = 0

    package enum Output: Sendable, Equatable {
        case prose
        /// JSON; without a schema every known property.
        case json(schema: AnswerSchema?)
        /// Speech, in this voice.
        case speech(voice: String)
    }

    package init(_ body: JSONValue) throws(APIError) {
        guard body.members != nil else { throw .invalidArgument("Invalid JSON payload received. Expected an object.") }
        if let instruction = body["systemInstruction"] {
            for part in try Self.parts(of: instruction, at: "system_instruction") {
                if let text = part["text"]?.string { system.append(text) }
            }
        }
        guard let contents = body["contents"]?.array, !contents.isEmpty else {
            throw .invalidArgument("* GenerateContentRequest.contents: contents is not specified\n")
        }
        for (index, content) in contents.enumerated() {
            let path = "contents[\(index)]"
            let isUser = content["role"]?.string != "model"
            for (number, part) in try Self.parts(of: content, at: path).enumerated() {
                try take(part, at: "\(path).parts[\(number)]", isUser: isUser)
            }
        }
        textTokens += system.reduce(0) { $0 + Pieces.split($1).count }
        if let settings = body["generationConfig"] { try take(settings) }
    }

    /// The request of a countTokens body, which holds either contents or a whole generateContent request.
    package static func toCount(_ body: JSONValue) throws(APIError) -> GenerateRequest {
        try GenerateRequest(body["generateContentRequest"] ?? body)
    }

    /// What the request itself costs.
    package var usage: Usage { Usage(text: textTokens, image: pictures * tokensPerPicture) }

    private static func parts(of content: JSONValue, at path: String) throws(APIError) -> [JSONValue] {
        guard content.members != nil else { throw .invalidValue(at: path, type: "Content", "expected an object") }
        guard let parts = content["parts"] else {
            throw .invalidArgument("* GenerateContentRequest.\(path).parts: contents.parts must not be empty.\n")
        }
        // One part without its brackets is taken as well, as protobuf's JSON does.
        guard let list = parts.array ?? (parts.members == nil ? nil : [parts]), !list.isEmpty else {
            throw .invalidArgument("* GenerateContentRequest.\(path).parts: contents.parts must not be empty.\n")
        }
        return list
    }

    private mutating func take(_ part: JSONValue, at path: String, isUser: Bool) throws(APIError) {
        guard part.members != nil else { throw .invalidValue(at: path, type: "Part", "expected an object") }
        if let text = part["text"] {
            guard let text = text.string else {
                throw .invalidValue(at: path + ".text", type: "TYPE_STRING", "expected a string")
            }
            textTokens += Pieces.split(text).count
            if isUser { prompts.append(text) }
        }
        if part["fileData"] != nil {
            throw .invalidArgument("The embedded model takes pictures as inlineData only, not as fileData.")
        }
        guard let inline = part["inlineData"] else { return }
        let field = path + ".inline_data"
        guard let data = inline["data"]?.string, let bytes = Base64.decode(data) else {
            throw .invalidValue(at: field + ".data", type: "TYPE_BYTES", "Base64 decoding failed")
        }
        let type = inline["mimeType"]?.string ?? "image/png"
        guard type.lowercased().hasPrefix("image/") else { throw .invalidArgument("Unsupported MIME type: \(type)") }
        picture = bytes
        pictures += 1
        if let level = part["mediaResolution"]?["level"]?.string { try take(resolution: level) }
    }

    private mutating func take(_ settings: JSONValue) throws(APIError) {
        guard settings.members != nil else {
            throw .invalidValue(at: "generation_config", type: "GenerationConfig", "expected an object")
        }
        if let limit = settings["maxOutputTokens"] {
            guard let limit = limit.int else {
                throw .invalidValue(at: "generation_config.max_output_tokens", type: "TYPE_INT32", "expected a number")
            }
            guard limit > 0 else { throw Self.invalidSetting("max_output_tokens", "must be positive") }
            maxOutputTokens = limit
        }
        if let count = settings["candidateCount"]?.int, count > 1 {
            throw .invalidArgument("Multiple candidates is not enabled for this model")
        }
        let modalities = (settings["responseModalities"]?.array ?? []).compactMap { $0.string?.uppercased() }
        if !modalities.isEmpty, !modalities.contains("TEXT") {
            guard modalities == ["AUDIO"] else { throw .wrongModality(EmbeddedModelConfiguration.defaultModel, "TEXT") }
            output = .speech(voice: try Self.voice(in: settings["speechConfig"]))
            return
        }
        if let level = settings["mediaResolution"]?.string { try take(resolution: level) }

        let schema = settings["responseSchema"] ?? settings["responseJsonSchema"]
        switch settings["responseMimeType"]?.string {
        case nil, "text/plain":
            guard schema == nil else {
                throw Self.invalidSetting(
                    "response_schema", "only allowed with response_mime_type application/json")
            }
        case "application/json": output = .json(schema: try schema.map(AnswerSchema.init))
        default:
            throw Self.invalidSetting(
                "response_mime_type", "allowed mimetypes are `text/plain` and `application/json`")
        }
    }

    /// The voice's name in either of the two places it is given; the standard one without.
    private static func voice(in config: JSONValue?) throws(APIError) -> String {
        if config?["multiSpeakerVoiceConfig"] != nil {
            throw .invalidArgument(
                "The embedded model speaks with one voice: multiSpeakerVoiceConfig is not supported.")
        }
        let voice = config?["voiceConfig"]
        guard let name = (voice?["prebuiltVoiceConfig"]?["voiceName"] ?? voice?["voice"])?.string else {
            return GeminiVoices.standard
        }
        guard let known = GeminiVoices.named(name) else {
            let all = GeminiVoices.all.map { $0.name.lowercased() }.sorted().joined(separator: ", ")
            throw .invalidArgument("Voice name \(name) is not supported. Allowed voice names are: \(all)")
        }
        return known
    }

    /// A part's own level counts for all parts here: one picture is looked at.
    private mutating func take(resolution: String) throws(APIError) {
        switch resolution {
        case "MEDIA_RESOLUTION_LOW": tokensPerPicture = 280
        case "MEDIA_RESOLUTION_MEDIUM": tokensPerPicture = 560
        case "MEDIA_RESOLUTION_HIGH", "MEDIA_RESOLUTION_UNSPECIFIED": tokensPerPicture = 1120
        case "MEDIA_RESOLUTION_ULTRA_HIGH": tokensPerPicture = 2240
        default: throw .invalidValue(at: "media_resolution", type: "MediaResolution", "\"\(resolution)\"")
        }
    }

    private static func invalidSetting(_ field: String, _ why: String) -> APIError {
        .invalidArgument("* GenerateContentRequest.generation_config.\(field): \(field) \(why).\n")
    }
}
