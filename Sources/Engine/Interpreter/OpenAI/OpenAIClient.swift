import Basics
import Connections
import FoundationEssentials
import NIOCore

/// Asks a server that speaks the OpenAI API.
package struct OpenAIClient: ModelClient {
    private let endpoint: OpenAIEndpoint
    private let transport: ModelTransport

    package init(endpoint: OpenAIEndpoint, http: any HTTPClient) {
        self.endpoint = endpoint
        transport = ModelTransport(
            http: http, key: endpoint.key, guessed: endpoint.isGuessed ? .openai : nil
        ) { (name: "Authorization", value: "Bearer \($0)") }
    }

    package func stream(
        _ prompt: ModelPrompt, _ admission: Admission, onPiece: @escaping @Sendable (String) -> Void
    ) async throws -> ModelAnswer {
        try await ask(prompt, isStreamed: true) { response in
            if ModelTransport.isDocument(response) { return try await whole(response, admission, onPiece: onPiece) }
            var answer = OpenAIAnswer()
            defer { answer.report(to: admission) }
            try await transport.pieces(of: response, to: onPiece) { data in
                defer { answer.report(to: admission) }
                return try answer.add(json: data)
            }
            let rest = answer.finish()
            if !rest.isEmpty { onPiece(rest) }
            return try answer.complete()
        }
    }

    package func generate(_ prompt: ModelPrompt, _ admission: Admission) async throws -> ModelAnswer {
        var answer = try await ask(prompt, isStreamed: false) { response in
            try await whole(response, admission) { _ in }
        }
        // Where nothing but the prompt asks for JSON, models like to put a fence around it.
        if prompt.schema != nil, endpoint.dialect.features.json != .schema { answer.text = answer.text.withoutFence }
        return answer
    }

    private func whole(
        _ response: HTTPResponse, _ admission: Admission, onPiece: @Sendable (String) -> Void
    ) async throws -> ModelAnswer {
        let body = Array(try await response.body.collect(upTo: ModelTransport.bodyBound).readableBytesView)
        var answer = OpenAIAnswer()
        defer { answer.report(to: admission) }
        do {
            let piece = transport.redactor.clean(try answer.add(json: body) + answer.finish())
            if !piece.isEmpty { onPiece(piece) }
        } catch .malformed {
            throw InterpreterError.foreign(status: response.status, excerpt: excerpt(of: body))
        }
        guard answer.wasAnswered else {
            throw InterpreterError.foreign(status: response.status, excerpt: excerpt(of: body))
        }
        return try answer.complete()
    }

    private func ask(
        _ prompt: ModelPrompt, isStreamed: Bool,
        _ read: @escaping @Sendable (HTTPResponse) async throws -> ModelAnswer
    ) async throws -> ModelAnswer {
        let features = endpoint.dialect.features
        let wire = OpenAIPrompt(prompt: prompt, model: endpoint.model, features: features, isStreamed: isStreamed)
        do {
            return transport.redactor.clean(
                try await transport.send(
                    endpoint.baseURL + "/chat/completions", body: { try wire.body() },
                    accept: isStreamed ? "text/event-stream" : "application/json", read))
        } catch InterpreterError.refused(var refusal, let status) {
            let learnt = endpoint.dialect.learn(
                from: refusal, status: status, of: features, hadSchema: prompt.schema != nil)
            if learnt { refusal.message += " - the next request goes without" }
            throw await explain(refusal, status: status, model: endpoint.model)
        }
    }

    package func models() async throws -> [ListedModel] {
        try await transport.send(endpoint.baseURL + "/models", body: { nil }, accept: "application/json") { response in
            let body = try await response.body.collect(upTo: ModelTransport.bodyBound).readableBytesView
            do {
                return try JSON.decode(OpenAIMessages.ModelList.self, from: body).data
                    // A server that tells what its models take is believed.
                    .filter { $0.architecture?.input_modalities?.contains("image") ?? true }
                    .map { transport.redactor.clean(ListedModel(name: $0.id, inputLimit: $0.max_model_len?.value)) }
            } catch {
                throw InterpreterError.foreign(status: response.status, excerpt: excerpt(of: body))
            }
        }
    }
}

extension String {
    /// The text inside a Markdown code fence, if that is all there is.
    fileprivate var withoutFence: String {
        var lines = split(whereSeparator: \.isNewline)
        while lines.first?.allSatisfy(\.isWhitespace) == true { lines.removeFirst() }
        while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
        guard lines.count >= 3, lines.first?.hasPrefix("```") == true, lines.last == "```" else { return self }
        return lines.dropFirst().dropLast().joined(separator: "\n")
    }
}
