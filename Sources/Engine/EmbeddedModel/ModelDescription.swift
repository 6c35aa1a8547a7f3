/// What the models listing says of a model.
struct ModelDescription: Encodable {
    let name: String
    let version = "1"
    let displayName: String
    let description: String
    let inputTokenLimit: Int
    let outputTokenLimit: Int
    let supportedGenerationMethods = ["generateContent", "streamGenerateContent", "countTokens"]

    init(name: String, isSpeech: Bool) {
        self.name = "models/" + name
        if isSpeech {
            displayName = "Singularis embedded speech"
            description = "Speaks a text through espeak-ng: 24 kHz samples, one channel."
            inputTokenLimit = SpeechSynthesizer.textLimit
            outputTokenLimit = 16_384
        } else {
            displayName = "Singularis embedded model"
            description = "Describes pictures of the embedded game, read from their pixels by rules. It is no language "
                + "model: it understands neither questions nor other pictures."
            inputTokenLimit = 1_048_576
            outputTokenLimit = 1024
        }
    }
}
