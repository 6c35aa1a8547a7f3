/// What a model is asked, in no API's words: standing instructions, a line of text, and a picture.
package struct ModelPrompt: Sendable {
    package var instructions: String
    package var text: String
    package var picture: EncodedPicture?
    /// Tokens the answer may have, thinking included.
    package var maxOutputTokens: Int?
    /// Asks for JSON of this shape.
    package var schema: ResponseSchema?
    package var mediaResolution: MediaResolution?

    package init(instructions: String, text: String, picture: EncodedPicture? = nil) {
        self.instructions = instructions
        self.text = text
        self.picture = picture
    }
}

/// How many tokens a picture is turned into, where the API lets that be chosen.
package enum MediaResolution: String, Sendable, Encodable {
    case low = "MEDIA_RESOLUTION_LOW"
    case medium = "MEDIA_RESOLUTION_MEDIUM"
    case high = "MEDIA_RESOLUTION_HIGH"
}

/// The schema of a structured answer: the subset of OpenAPI that Gemini's `responseSchema` takes, type names in upper
/// case. ``JSONSchema`` turns it into what others take.
package struct ResponseSchema: Sendable, Encodable {
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
    package var properties: [String: ResponseSchema]?
    package var propertyOrdering: [String]?
    package var required: [String]?

    package init(_ type: Kind, description: String? = nil) {
        self.type = type
        self.description = description
    }
}
