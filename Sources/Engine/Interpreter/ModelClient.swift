import Connections

/// Where a model is asked, which one, and with which key: one of the APIs.
package protocol ModelEndpoint: Sendable {
    /// The name it is asked by.
    var model: String { get }
    /// For people: without key.
    var shownURL: String { get }
    var api: ModelAPI { get }
    /// Asks it over an HTTP client that somebody else closes.
    func client(over http: any HTTPClient) -> any ModelClient
}

/// The wire formats that a model can be asked in.
package enum ModelAPI: String, Sendable, Codable, CaseIterable {
    /// `generateContent` and `streamGenerateContent`.
    case gemini
    /// `/chat/completions`, as OpenAI, llama.cpp, Ollama, LM Studio and vLLM take it.
    case openai
}

/// Asks a model. Throws ``InterpreterError``, or `CancellationError` when its task was cancelled. What an answer cost
/// is reported to the admission as soon as it is told, so that it counts however the answer ends; ending the admission
/// is the caller's.
package protocol ModelClient: Sendable {
    /// Asks for a streamed answer and hands over each piece of text as it arrives. Returns the whole, which is
    /// truncated when the stream stopped without a finish reason.
    func stream(
        _ prompt: ModelPrompt, _ admission: Admission, onPiece: @escaping @Sendable (String) -> Void
    ) async throws -> ModelAnswer

    /// Asks for an answer in one piece.
    func generate(_ prompt: ModelPrompt, _ admission: Admission) async throws -> ModelAnswer

    /// The models that can answer here.
    func models() async throws -> [ListedModel]
}

/// A model that an endpoint lists.
package struct ListedModel: Sendable, Equatable {
    /// As it is asked by.
    package var name: String
    /// Tokens it takes and gives at the most, where told.
    package var inputLimit: Int?
    package var outputLimit: Int?
    /// The endpoint says that it cannot see.
    package var isTextOnly: Bool

    package init(name: String, inputLimit: Int? = nil, outputLimit: Int? = nil, isTextOnly: Bool = false) {
        self.name = name
        self.inputLimit = inputLimit
        self.outputLimit = outputLimit
        self.isTextOnly = isTextOnly
    }

    /// The one to ask where nobody named one: the first that can see and is not, by its name, made for something else
    /// than talking. One that cannot see is given where there is no other.
    package static func likeliest(of models: [ListedModel]) -> ListedModel? {
        let seeing = models.filter { !$0.isTextOnly }
        let able = seeing.isEmpty ? models : seeing
        return able.first { model in
            let name = model.name.lowercased()
            return !["embed", "whisper", "tts", "rerank"].contains { name.contains($0) }
        } ?? able.first
    }
}
