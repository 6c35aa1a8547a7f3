import Basics
import FoundationEssentials

/// A generateContent body as it stands on the wire, as far as the embedded model looks at it; what it has no use for is
/// skipped. A member that is `null` is as good as absent.
struct GenerateBody: Decodable {
    struct Content: Decodable {
        var role: String?
        var parts: OneOrMore<Part>?
    }

    struct Part: Decodable {
        struct Blob: Decodable {
            var mimeType: String?
            /// Base64.
            var data: String?
        }
        struct Resolution: Decodable { var level: String? }

        var text: String?
        var inlineData: Blob?
        var fileData: Anything?
        var mediaResolution: Resolution?
    }

    struct Settings: Decodable {
        var maxOutputTokens: LenientInt?
        var candidateCount: LenientInt?
        var responseModalities: [String]?
        var responseMimeType: String?
        var responseSchema: AnswerSchema.Wire?
        var responseJsonSchema: AnswerSchema.Wire?
        var mediaResolution: String?
        var speechConfig: Speech?
    }

    struct Speech: Decodable {
        struct Voice: Decodable {
            struct Prebuilt: Decodable { var voiceName: String? }
            var prebuiltVoiceConfig: Prebuilt?
            /// The newer of the two places for the voice's name.
            var voice: String?
        }
        var voiceConfig: Voice?
        var multiSpeakerVoiceConfig: Anything?
    }

    /// Something that is only seen to be there.
    struct Anything: Decodable { init(from decoder: any Decoder) {} }

    var systemInstruction: Content?
    var contents: [Content]?
    var generationConfig: Settings?

    init(_ json: [UInt8]) throws(APIError) {
        do { self = try JSON.decodeProtobuf(from: json) } catch { throw .unreadable(error) }
    }

    /// From a countTokens body, which holds either contents or a whole generateContent request.
    init(toCount json: [UInt8]) throws(APIError) {
        struct Whole: Decodable { var generateContentRequest: GenerateBody? }
        do {
            let whole = try JSON.decodeProtobuf(Whole.self, from: json)
            self = try whole.generateContentRequest ?? JSON.decodeProtobuf(from: json)
        } catch {
            throw .unreadable(error)
        }
    }
}

extension APIError {
    /// What is wrong with a body, and where: at a field, or with its JSON.
    fileprivate static func unreadable(_ error: any Error) -> APIError {
        guard case DecodingError.typeMismatch(let type, let context) = error else {
            return .invalidArgument("Invalid JSON payload received. It is not valid JSON.")
        }
        guard !context.codingPath.isEmpty else {
            return .invalidArgument("Invalid JSON payload received. Expected an object.")
        }
        let (name, expected) =
            type == String.self ? ("TYPE_STRING", "a string")
            : type == Bool.self ? ("TYPE_BOOL", "true or false")
            : type == [Any].self ? ("TYPE_MESSAGE", "a list") : ("TYPE_MESSAGE", "an object")
        return .invalidValue(at: context.codingPath.reduce("", path), type: name, "expected \(expected)")
    }

    /// `contents[0].parts[1].inline_data`
    private static func path(_ before: String, _ key: any CodingKey) -> String {
        if let index = key.intValue { return "\(before)[\(index)]" }
        let name = key.stringValue.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
        return before.isEmpty ? name : "\(before).\(name)"
    }
}
