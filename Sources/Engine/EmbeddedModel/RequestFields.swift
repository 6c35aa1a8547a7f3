import Basics

/// The fields that the messages of a request have at Google: one that is not there is refused, so that a misspelt one
/// does not go unnoticed. From google-genai 3.6.1 (`types.py` and the fields that `models.py` sends to the Gemini API).
package enum RequestFields {
    /// Message by message. `name=Message` is looked into, one value or many; `name=*Message` is a map of them.
    private static let messages = [
        "GenerateContentRequest": """
            model contents=Content systemInstruction=Content generationConfig=GenerationConfig \
            safetySettings=SafetySetting tools toolConfig cachedContent labels serviceTier store continuationToken
            """,
        "CountTokensRequest": "model contents=Content generateContentRequest=GenerateContentRequest",
        "Content": "role parts=Part",
        "Part": """
            text inlineData=Blob fileData thought thoughtSignature functionCall functionResponse executableCode \
            codeExecutionResult videoMetadata mediaResolution toolCall toolResponse partMetadata audioTranscription \
            mediaProcessing speechMetadata documentMetadata spreadsheetMetadata audioMetadata
            """,
        "Blob": "mimeType data displayName",
        "GenerationConfig": """
            temperature topP topK candidateCount maxOutputTokens stopSequences responseLogprobs logprobs \
            presencePenalty frequencyPenalty seed responseMimeType responseSchema=Schema responseJsonSchema \
            responseModalities responseFormat mediaResolution speechConfig=SpeechConfig thinkingConfig=ThinkingConfig \
            imageConfig audioTranscriptionConfig translationConfig enableAffectiveDialog enableEnhancedCivicAnswers
            """,
        "ThinkingConfig": "includeThoughts thinkingBudget thinkingLevel",
        "SpeechConfig": "voiceConfig=VoiceConfig languageCode multiSpeakerVoiceConfig",
        "VoiceConfig": "prebuiltVoiceConfig=PrebuiltVoiceConfig replicatedVoiceConfig voice",
        "PrebuiltVoiceConfig": "voiceName",
        "SafetySetting": "category threshold",
        "Schema": """
            type format title description nullable enum example default items=Schema minItems maxItems \
            properties=*Schema propertyOrdering required minProperties maxProperties minLength maxLength pattern \
            minimum maximum anyOf=Schema additionalProperties defs=*Schema ref
            """,
    ].mapValues { fields in
        Dictionary(
            uniqueKeysWithValues: fields.split(separator: " ").map { field in
                let sides = field.split(separator: "=").map(String.init)
                return (sides[0], sides.count > 1 ? sides[1] : "")
            })
    }

    /// The most that a refusal names: a body holds millions.
    private static let most = 100

    /// Throws when a request of this message's type has fields that there are not, naming the first of them.
    package static func check(_ json: some Sequence<UInt8>, as message: String) throws(APIError) {
        // What is no JSON is for whoever reads the request to say.
        guard let body = try? JSON.decode(Tree.self, from: json) else { return }
        var unknown: [(name: String, path: String)] = []
        look(into: body, as: message, at: "", &unknown)
        if !unknown.isEmpty { throw .unknownFields(unknown) }
    }

    private static func look(
        into tree: Tree, as message: String, at path: String, _ unknown: inout [(name: String, path: String)]
    ) {
        switch tree {
        case .leaf: break
        case .list(let elements):
            for (index, element) in elements.enumerated() {
                look(into: element, as: message, at: "\(path)[\(index)]", &unknown)
            }
        case .object(let members):
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if message.hasPrefix("*") {
                    look(into: member.value, as: String(message.dropFirst()), at: "\(path)[\(index)].value", &unknown)
                } else if let (name, inner) = field(member.key, of: message) {
                    guard !inner.isEmpty else { continue }
                    look(into: member.value, as: inner, at: (path.isEmpty ? "" : path + ".") + name, &unknown)
                } else if unknown.count < most {
                    unknown.append((member.key, path))
                }
            }
        }
    }

    /// A field by its name in either spelling: its name as errors spell it, and the message that it holds.
    private static func field(_ name: String, of message: String) -> (name: String, message: String)? {
        let words = name.split(separator: "_")
        let capitals = words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
        let camelCase = words.prefix(1).joined() + capitals.joined()
        guard let inner = messages[message]?[camelCase] else { return nil }
        return (camelCase.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined(), inner)
    }

    /// JSON as far as its names go.
    private enum Tree: Decodable {
        case object([String: Tree])
        case list([Tree])
        case leaf

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let members = try? value.decode([String: Tree].self) {
                self = .object(members)
            } else if let elements = try? value.decode([Tree].self) {
                self = .list(elements)
            } else {
                self = .leaf
            }
        }
    }
}
