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
        package var mimeType: String?
        /// Base64.
        package var data: String?

        package init(mimeType: String, data: String) {
            self.mimeType = mimeType
            self.data = data
        }
    }

    /// Temperature, top-p and top-k are left out on purpose: current models ignore them, later ones refuse them.
    package struct GenerationConfig: Sendable, Encodable {
        package var maxOutputTokens: Int?
        package var responseMimeType: String?
        package var responseSchema: ResponseSchema?
        package var mediaResolution: MediaResolution?
        package var thinkingConfig: ThinkingConfig?
        /// `AUDIO` where speech is asked for.
        var responseModalities: [String]?
        var speechConfig: SpeechConfig?

        package init() {}
    }

    struct SpeechConfig: Sendable, Encodable {
        struct Voice: Sendable, Encodable {
            struct Prebuilt: Sendable, Encodable { let voiceName: String }
            let prebuiltVoiceConfig: Prebuilt
        }
        let voiceConfig: Voice
        init(voice: String) { voiceConfig = Voice(prebuiltVoiceConfig: .init(voiceName: voice)) }
    }

    package struct ThinkingConfig: Sendable, Encodable {
        /// `MINIMAL`, `LOW`, `MEDIUM` or `HIGH`.
        package var thinkingLevel: String?
        /// Tokens.
        package var thinkingBudget: Int?

        package init(thinkingLevel: String? = nil, thinkingBudget: Int? = nil) {
            self.thinkingLevel = thinkingLevel
            self.thinkingBudget = thinkingBudget
        }
    }
}
