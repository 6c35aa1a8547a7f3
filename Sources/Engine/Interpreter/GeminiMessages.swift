/// The Gemini wire format of `generateContent` and `streamGenerateContent`, as far as the agent needs it.
package enum GeminiMessages {
    package struct Request: Sendable, Encodable {
        package var contents: [Content]
        package var systemInstruction: Content?
        package var generationConfig: GenerationConfig?

        package init(
            contents: [Content], systemInstruction: Content? = nil, generationConfig: GenerationConfig? = nil
        ) {
            self.contents = contents
            self.systemInstruction = systemInstruction
            self.generationConfig = generationConfig
        }
    }

    package struct Content: Sendable, Codable {
        package var role: String?
        /// Optional because an answer that spent all its tokens on thinking has none.
        package var parts: [Part]?

        package init(role: String? = nil, parts: [Part]) {
            self.role = role
            self.parts = parts
        }
    }

    package struct Part: Sendable, Codable {
        package var text: String?
        package var inlineData: InlineData?
        /// The model's thinking; never shown.
        package var thought: Bool?

        package init(text: String? = nil, inlineData: InlineData? = nil) {
            self.text = text
            self.inlineData = inlineData
        }
    }

    package struct InlineData: Sendable, Codable {
        package var mimeType: String
        /// Base64.
        package var data: String

        package init(mimeType: String, data: String) {
            self.mimeType = mimeType
            self.data = data
        }
    }

    /// Temperature, top-p and top-k are left out on purpose: current models ignore them, later ones refuse them.
    package struct GenerationConfig: Sendable, Encodable {
        package var maxOutputTokens: Int?
        package var responseMimeType: String?
        package var responseSchema: Schema?
        package var mediaResolution: MediaResolution?
        package var thinkingConfig: ThinkingConfig?

        package init() {}
    }

    /// How many tokens a picture is turned into.
    package enum MediaResolution: String, Sendable, Encodable {
        case low = "MEDIA_RESOLUTION_LOW"
        case medium = "MEDIA_RESOLUTION_MEDIUM"
        case high = "MEDIA_RESOLUTION_HIGH"
    }

    package struct ThinkingConfig: Sendable, Encodable {
        /// `LOW`, `MEDIUM` or `HIGH`.
        package var thinkingLevel: String?
        package init(thinkingLevel: String? = nil) { self.thinkingLevel = thinkingLevel }
    }

    /// A structured answer's schema: the subset of OpenAPI that `responseSchema` takes, type names in upper case.
    package struct Schema: Sendable, Encodable {
        package enum Kind: String, Sendable, Encodable {
            case object = "OBJECT"
            case string = "STRING"
            case number = "NUMBER"
            case integer = "INTEGER"
        }
        package var type: Kind
        package var description: String?
        package var nullable: Bool?
        package var `enum`: [String]?
        package var minimum: Double?
        package var maximum: Double?
        package var properties: [String: Schema]?
        package var propertyOrdering: [String]?
        package var required: [String]?

        package init(_ type: Kind, description: String? = nil) {
            self.type = type
            self.description = description
        }
    }
}
