/// What the models listing says of a model.
struct ModelDescription {
    let name: String
    let isSpeech: Bool

    var json: JSONValue { isSpeech ? speech : sight }

    private var speech: JSONValue {
        [
            "name": .string("models/" + name),
            "version": "1",
            "displayName": "Singularis embedded speech",
            "description": "Speaks a text through espeak-ng: 24 kHz samples, one channel.",
            "inputTokenLimit": JSONValue(SpeechSynthesizer.textLimit),
            "outputTokenLimit": 16_384,
            "supportedGenerationMethods": ["generateContent", "streamGenerateContent", "countTokens"],
        ]
    }

    private var sight: JSONValue {
        [
            "name": .string("models/" + name),
            "version": "1",
            "displayName": "Singularis embedded model",
            "description": .string(
                "Describes pictures of the embedded game, read from their pixels by rules. It is no language model: "
                    + "it understands neither questions nor other pictures."),
            "inputTokenLimit": 1_048_576,
            "outputTokenLimit": 1024,
            "supportedGenerationMethods": ["generateContent", "streamGenerateContent", "countTokens"],
        ]
    }
}
