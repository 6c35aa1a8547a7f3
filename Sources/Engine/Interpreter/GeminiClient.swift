import Basics
import Connections
import FoundationEssentials
import NIOCore

/// Asks a Gemini-compatible server.
package struct GeminiClient: ModelClient {
    package let endpoint: GeminiEndpoint
    private let transport: ModelTransport

    package init(endpoint: GeminiEndpoint, http: any HTTPClient) {
        self.endpoint = endpoint
        transport = ModelTransport(
            http: http, base: endpoint.baseURL, key: endpoint.key, guessed: endpoint.isGuessed ? .gemini : nil
        ) { (name: "x-goog-api-key", value: $0) }
    }

    package func stream(
        _ prompt: ModelPrompt, _ admission: Admission, onPiece: @escaping @Sendable (String) -> Void
    ) async throws -> ModelAnswer {
        try await ask(prompt, "streamGenerateContent?alt=sse", accept: "text/event-stream") { response in
            if ModelTransport.isDocument(response) { return try await whole(response, admission, onPiece: onPiece) }
            var answer = GeminiAnswer()
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
        try await ask(prompt, "generateContent", accept: ModelTransport.document) { response in
            try await whole(response, admission) { _ in }
        }
    }

    /// Reads an answer that is one JSON document: an answer, or a list of pieces.
    private func whole(
        _ response: HTTPResponse, _ admission: Admission, onPiece: @Sendable (String) -> Void
    ) async throws -> ModelAnswer {
        let body = try await response.body.collect(upTo: ModelTransport.bodyBound).readableBytesView
        var answer = GeminiAnswer()
        defer { answer.report(to: admission) }
        var redactor = transport.redactor
        func show(_ text: String) { if !text.isEmpty { onPiece(text) } }
        for part in GeminiMessages.Response.list(in: body) ?? [] { show(redactor.add(try answer.add(part))) }
        show(redactor.add(answer.finish()) + redactor.finish())
        if answer == GeminiAnswer(), !body.isEmpty {
            throw InterpreterError.foreign(status: response.status, excerpt: excerpt(of: body))
        }
        return try answer.complete(isWhole: true)
    }

    private func ask(
        _ prompt: ModelPrompt, _ method: String, accept: String,
        _ read: @escaping @Sendable (HTTPResponse) async throws -> ModelAnswer
    ) async throws -> ModelAnswer {
        let thinking = endpoint.thinkingSwitch.step
        do {
            let answer = transport.redactor.clean(
                try await transport.send(
                    endpoint.url(method), body: { try wire(prompt, thinking).body() }, accept: accept, read))
            endpoint.thinkingSwitch.worked(at: thinking)
            return answer
        } catch InterpreterError.onlyThoughts(let tokens, let reason, _) {
            throw InterpreterError.onlyThoughts(
                tokens: tokens, reason: reason, asksForLess: endpoint.thinkingSwitch.spent(at: thinking))
        } catch InterpreterError.refused(var refusal, let status) {
            refusal.isMended = status == 400 && !refusal.isKeyInvalid && endpoint.thinkingSwitch.refused(at: thinking)
            if refusal.isMended { refusal.message += " - the next request goes without" }
            throw await explain(refusal, status: status, model: endpoint.model)
        }
    }

    private func wire(_ prompt: ModelPrompt, _ thinking: Int) -> GeminiPrompt {
        var configuration = GeminiMessages.GenerationConfig()
        configuration.maxOutputTokens = prompt.maxOutputTokens
        configuration.mediaResolution = prompt.mediaResolution
        configuration.thinkingConfig = endpoint.thinking(thinking)
        if let schema = prompt.schema {
            configuration.responseMimeType = "application/json"
            configuration.responseSchema = schema
        }
        return GeminiPrompt(
            instructions: prompt.instructions, text: prompt.text, picture: prompt.picture,
            configuration: configuration)
    }

    /// The models that `generateContent` serves. Told by `supportedGenerationMethods`, never by name: the Live models
    /// look like the others.
    package func models() async throws -> [ListedModel] {
        var found: [ListedModel] = []
        var token: String?
        // A list has a few pages; one without end must not hold up anything.
        for _ in 0..<20 {
            let page = try await modelPage(token)
            found += (page.models ?? []).filter { $0.supportedGenerationMethods?.contains("generateContent") ?? false }
                .compactMap(\.listed).map(transport.redactor.clean)
            token = page.nextPageToken
            guard token?.isEmpty == false else { break }
        }
        return found
    }

    private func modelPage(_ token: String?) async throws -> GeminiMessages.ModelPage {
        try await transport.send(endpoint.listURL(token), body: { nil }, accept: ModelTransport.document) { response in
            let body = try await response.body.collect(upTo: ModelTransport.bodyBound).readableBytesView
            do {
                return try ServerJSON.decode(GeminiMessages.ModelPage.self, from: body)
            } catch {
                throw InterpreterError.foreign(status: response.status, excerpt: excerpt(of: body))
            }
        }
    }
}

extension GeminiMessages {
    /// One page of `GET .../models`.
    struct ModelPage: Sendable, Decodable {
        struct Model: Sendable, Decodable {
            var name: String?
            var supportedGenerationMethods: [String]?
            var inputTokenLimit: LenientInt?
            var outputTokenLimit: LenientInt?

            var listed: ListedModel? {
                guard let name else { return nil }
                let plain = name.hasPrefix("models/") ? String(name.dropFirst("models/".count)) : name
                return ListedModel(
                    name: plain, inputLimit: inputTokenLimit?.value, outputLimit: outputTokenLimit?.value)
            }
        }
        var models: [Model]?
        var nextPageToken: String?
    }
}
