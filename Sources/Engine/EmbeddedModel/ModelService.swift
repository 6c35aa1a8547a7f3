import NIOCore
import NIOHTTP1

/// Answers requests: checks, has the model look, and writes the answer at the configured pace.
struct ModelService: Sendable {
    let configuration: EmbeddedModelConfiguration
    let model: EmbeddedModel
    let ledger: ConnectionLedger

    private var clock: any EngineClock { configuration.clock }

    init(configuration: EmbeddedModelConfiguration) {
        self.configuration = configuration
        model = EmbeddedModel(seed: configuration.seed, clock: configuration.clock)
        ledger = ConnectionLedger()
    }

    func answer(_ request: ServerRequest, through writer: ResponseWriter) async {
        let askedAt = clock.now
        do {
            let route: ModelRoute
            do {
                route = try ModelRoute(method: request.head.method.rawValue, uri: request.head.uri)
            } catch {
                return try await refuse(error, through: writer)
            }
            do {
                try check(route, request)
                try await answer(route, request, askedAt: askedAt, through: writer)
            } catch let error as APIError {
                try await refuse(error, asArray: route.isArrayStream, through: writer)
            }
        } catch {
            // The client is gone or the server is closing. Nobody is left to be told.
            ledger.count { $0.abandoned += 1 }
            writer.close()
        }
    }

    /// Refuses a body that is too large, then leaves the client a moment to finish sending and to read the refusal.
    func refuseBody(through writer: ResponseWriter) async {
        let error = APIError.bodyTooLarge(limit: configuration.bodyLimit)
        ledger.count { $0.refused[error.code, default: 0] += 1 }
        try? await writer.send(.init(statusCode: error.code), error.body.text, lingers: true)
        try? await clock.sleep(for: .seconds(2))
        writer.close()
    }

    private func refuse(_ error: APIError, asArray: Bool = false, through writer: ResponseWriter) async throws {
        ledger.count { $0.refused[error.code, default: 0] += 1 }
        let body = asArray ? JSONValue.array([error.body]) : error.body
        try await writer.send(.init(statusCode: error.code), body.text, allow: error.allowedMethod)
    }

    private func check(_ route: ModelRoute, _ request: ServerRequest) throws(APIError) {
        if let expected = configuration.key {
            guard let given = request.header("x-goog-api-key") ?? route.key else { throw .noKey }
            guard Secret(given) == expected else { throw .badKey }
        }
        if let name = route.call.model, !configuration.models.contains(name) {
            throw .unknownModel(name, version: route.version, method: route.call.name)
        }
        ledger.count { $0.requests[route.call.name, default: 0] += 1 }
    }

    private func answer(
        _ route: ModelRoute, _ request: ServerRequest, askedAt: ContinuousClock.Instant, through writer: ResponseWriter
    ) async throws {
        switch route.call {
        case .listModels:
            let models = configuration.models.map(ModelDescription.init)
            try await writer.send(.ok, JSONValue.object([.init("models", .array(models.map(\.json)))]).text)
        case .describe(let name):
            try await writer.send(.ok, ModelDescription(name: name).json.text)
        case .countTokens:
            try await writer.send(.ok, try GenerateRequest.toCount(try body(of: request)).usage.count.text)
        case .generate:
            let response = try await response(to: request, key: route.key)
            try await clock.sleep(until: askedAt + configuration.timeToWholeAnswer, tolerance: nil)
            try await writer.send(.ok, response.whole.text)
        case .stream(_, let framing):
            let response = try await response(to: request, key: route.key)
            try await stream(response, framing, askedAt: askedAt, through: writer)
        }
        ledger.count { $0.answered += 1 }
    }

    private func body(of request: ServerRequest) throws(APIError) -> JSONValue {
        do {
            return try JSONParser.parse(Array(request.body.readableBytesView))
        } catch {
            throw .malformed(error)
        }
    }

    private func response(to request: ServerRequest, key: String?) async throws -> GenerateResponse {
        let asked = try GenerateRequest(try body(of: request))
        let caller = [request.header("x-goog-api-key") ?? key, request.header("user-agent")]
        let text = try await model.answer(asked, caller: caller.map { $0 ?? "" }.joined(separator: "\n"))
        return GenerateResponse(
            answer: Answer(text, maxTokens: asked.maxOutputTokens), usage: asked.usage,
            modelVersion: EmbeddedModelConfiguration.defaultModel, responseID: await model.nextResponseID())
    }

    /// Writes the pieces when they are due. Due times count from the request, so that a late wake-up does not add up.
    private func stream(
        _ response: GenerateResponse, _ framing: StreamFraming, askedAt: ContinuousClock.Instant,
        through writer: ResponseWriter
    ) async throws {
        for index in response.answer.pieces.indices {
            try await clock.sleep(until: askedAt + configuration.due(piece: index), tolerance: nil)
            if index == 0 { writer.begin(type: framing == .events ? ResponseWriter.events : ResponseWriter.json) }
            let message = response.message(ofPiece: index).text
            switch framing {
            case .events: try await writer.piece("data: \(message)\r\n\r\n")
            case .array: try await writer.piece((index == 0 ? "[" : ",\r\n") + message)
            }
        }
        if framing == .array { try await writer.piece("]") }
        try await writer.end()
    }
}

extension ModelRoute {
    /// Google answers errors of such a request as an array as well.
    fileprivate var isArrayStream: Bool {
        if case .stream(_, .array) = call { true } else { false }
    }
}
