/// What the models listing says of a model.
struct ModelDescription {
    let name: String

    var json: JSONValue {
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
