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
            http: http, base: endpoint.baseURL, key: endpoint.key, guessed: endpoint.isGuessed ? .openai : nil
        ) { (name: "Authorization", value: "Bearer \($0)") }
    }

    package func stream(
        _ prompt: ModelPrompt, _ admission: Admission, onPiece: @escaping @Sendable (String) -> Void
    ) async throws -> ModelAnswer {
        try await ask(prompt, isStreamed: true) { response in
            if ModelTransport.isDocument(response) { return try await whole(response, admission, onPiece: onPiece) }
            var answer = OpenAIAnswer()
            defer { answer.report(to: admission) }
            let saidDone = try await transport.pieces(of: response, to: onPiece) { data in
                defer { answer.report(to: admission) }
                return try answer.add(json: data)
            }
            let rest = answer.finish()
            if !rest.isEmpty { onPiece(rest) }
            return try answer.complete(isWhole: saidDone)
        }
    }

    package func generate(_ prompt: ModelPrompt, _ admission: Admission) async throws -> ModelAnswer {
        try await ask(prompt, isStreamed: false) { response in
            try await whole(response, admission) { _ in }
        }
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
        return try answer.complete(isWhole: true)
    }

    private func ask(
        _ prompt: ModelPrompt, isStreamed: Bool,
        _ read: @escaping @Sendable (HTTPResponse) async throws -> ModelAnswer
    ) async throws -> ModelAnswer {
        let (features, thinking) = (endpoint.dialect.features, endpoint.thinking.step)
        let wire = OpenAIPrompt(
            prompt: prompt, model: endpoint.model, features: features, thinking: thinking, isStreamed: isStreamed)
        do {
            let answer = transport.redactor.clean(
                try await transport.send(
                    endpoint.baseURL + "/chat/completions", body: { try wire.body() },
                    accept: isStreamed ? "text/event-stream" : ModelTransport.document, read))
            endpoint.thinking.worked(at: thinking)
            return answer
        } catch InterpreterError.onlyThoughts(let tokens, let reason, _) {
            throw InterpreterError.onlyThoughts(
                tokens: tokens, reason: reason, asksForLess: endpoint.thinking.spent(at: thinking))
        } catch InterpreterError.refused(var refusal, let status) {
            refusal.isMended =
                endpoint.dialect.learn(from: refusal, status: status, of: features, hadSchema: prompt.schema != nil)
                || [400, 422].contains(status) && endpoint.thinking.refused(at: thinking)
            if refusal.isMended { refusal.message += " - the next request goes without" }
            throw await explain(refusal, status: status, model: endpoint.model)
        }
    }

    package func models() async throws -> [ListedModel] {
        let url = endpoint.baseURL + "/models"
        return try await transport.send(url, body: { nil }, accept: ModelTransport.document) { response in
            let body = try await response.body.collect(upTo: ModelTransport.bodyBound).readableBytesView
            do {
                return try ServerJSON.decode(OpenAIMessages.ModelList.self, from: body).data
                    .map(\.listed).map(transport.redactor.clean)
            } catch {
                throw InterpreterError.foreign(status: response.status, excerpt: excerpt(of: body))
            }
        }
    }
}
