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

    package init(_ json: [UInt8]) throws(APIError) { try self.init(try GenerateBody(json), json) }

    /// The request of a countTokens body.
    package init(toCount json: [UInt8]) throws(APIError) { try self.init(try GenerateBody(toCount: json), json) }

    private init(_ body: GenerateBody, _ json: [UInt8]) throws(APIError) {
        if let instruction = body.systemInstruction {
            system = try Self.parts(of: instruction, at: "system_instruction").compactMap(\.text)
        }
        guard let contents = body.contents, !contents.isEmpty else {
            throw .invalidArgument("* GenerateContentRequest.contents: contents is not specified\n")
        }
        for (index, content) in contents.enumerated() {
            let path = "contents[\(index)]"
            for (number, part) in try Self.parts(of: content, at: path).enumerated() {
                try take(part, at: "\(path).parts[\(number)]", isUser: content.role != "model")
            }
        }
        textTokens += system.reduce(0) { $0 + Pieces.split($1).count }
        if let settings = body.generationConfig { try take(settings, in: json) }
    }

    /// What the request itself costs.
    package var usage: Usage { Usage(text: textTokens, image: pictures * tokensPerPicture) }

    private static func parts(
        of content: GenerateBody.Content, at path: String
    ) throws(APIError) -> [GenerateBody.Part] {
        guard let parts = content.parts?.all, !parts.isEmpty else {
            throw .invalidArgument("* GenerateContentRequest.\(path).parts: contents.parts must not be empty.\n")
        }
        return parts
    }

    private mutating func take(_ part: GenerateBody.Part, at path: String, isUser: Bool) throws(APIError) {
        if let text = part.text {
            textTokens += Pieces.split(text).count
            if isUser { prompts.append(text) }
        }
        if part.fileData != nil {
            throw .invalidArgument("The embedded model takes pictures as inlineData only, not as fileData.")
        }
        guard let inline = part.inlineData else { return }
        guard let data = inline.data, let bytes = Base64.decode(data) else {
            throw .invalidValue(at: path + ".inline_data.data", type: "TYPE_BYTES", "Base64 decoding failed")
        }
        let type = inline.mimeType ?? "image/png"
        guard type.lowercased().hasPrefix("image/") else { throw .invalidArgument("Unsupported MIME type: \(type)") }
        picture = bytes
        pictures += 1
        if let level = part.mediaResolution?.level { try take(resolution: level) }
    }

    private mutating func take(_ settings: GenerateBody.Settings, in json: [UInt8]) throws(APIError) {
        if let limit = settings.maxOutputTokens {
            guard let limit = limit.value else {
                throw .invalidValue(at: "generation_config.max_output_tokens", type: "TYPE_INT32", "expected a number")
            }
            guard limit > 0 else { throw Self.invalidSetting("max_output_tokens", "must be positive") }
            maxOutputTokens = limit
        }
        if let count = settings.candidateCount?.value, count > 1 {
            throw .invalidArgument("Multiple candidates is not enabled for this model")
        }
        let modalities = (settings.responseModalities ?? []).map { $0.uppercased() }
        if !modalities.isEmpty, !modalities.contains("TEXT") {
            guard modalities == ["AUDIO"] else { throw .wrongModality(EmbeddedModelConfiguration.defaultModel, "TEXT") }
            output = .speech(voice: try Self.voice(in: settings.speechConfig))
            return
        }
        if let level = settings.mediaResolution { try take(resolution: level) }

        let schema = settings.responseSchema ?? settings.responseJsonSchema
        switch settings.responseMimeType {
        case nil, "text/plain":
            guard schema == nil else {
                throw Self.invalidSetting(
                    "response_schema", "only allowed with response_mime_type application/json")
            }
        case "application/json":
            output = .json(schema: nil)
            guard let schema else { return }
            let name = settings.responseSchema == nil ? "responseJsonSchema" : "responseSchema"
            output = .json(schema: try AnswerSchema(schema, at: ["generationConfig", name], in: json))
        default:
            throw Self.invalidSetting(
                "response_mime_type", "allowed mimetypes are `text/plain` and `application/json`")
        }
    }

    /// The voice's name in either of the two places it is given; the standard one without.
    private static func voice(in config: GenerateBody.Speech?) throws(APIError) -> String {
        if config?.multiSpeakerVoiceConfig != nil {
            throw .invalidArgument(
                "The embedded model speaks with one voice: multiSpeakerVoiceConfig is not supported.")
        }
        let voice = config?.voiceConfig
        guard let name = voice?.prebuiltVoiceConfig?.voiceName ?? voice?.voice else { return GeminiVoices.standard }
        guard let known = GeminiVoices.named(name) else {
            let all = GeminiVoices.all.map { $0.lowercased() }.sorted().joined(separator: ", ")
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
