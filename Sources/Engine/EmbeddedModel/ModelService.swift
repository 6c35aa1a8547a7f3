import Basics
import NIOCore
import NIOHTTP1
import Serving
import Synchronization

/// Answers requests: checks, has the model look, and has the answer delivered.
final class ModelService: HTTPService {
    let configuration: EmbeddedModelConfiguration
    let model: EmbeddedModel
    let ledger = ConnectionLedger()
    let dice: FaultDice
    private let requests = Mutex(ServerCounts())

    var name: String { "singularis-embedded-model" }
    var clock: any EngineClock { configuration.clock }
    var limits: ServingLimits {
        // As much of a head as the parser takes by itself.
        ServingLimits(
            connections: configuration.connectionLimit, body: configuration.bodyLimit, head: 2 << 20,
            idle: configuration.idleTimeout)
    }

    init(configuration: EmbeddedModelConfiguration) {
        self.configuration = configuration
        model = EmbeddedModel(seed: configuration.seed, clock: configuration.clock)
        dice = FaultDice(configuration.faults, seed: configuration.seed)
    }

    var counts: ServerCounts {
        var counts = requests.withLock { $0 }
        counts.connections = ledger.counts
        return counts
    }

    func count(_ change: (inout ServerCounts) -> Void) { requests.withLock { change(&$0) } }

    func answer(_ request: ServerRequest, through writer: ResponseWriter) async {
        let askedAt = clock.now
        let fault = dice.draw()
        let ending: RequestRecord.Ending
        do {
            ending = try await respond(to: request, fault, askedAt: askedAt, through: writer)
        } catch {
            // The client is gone or the server is closing. Nobody is left to be told.
            count { $0.abandoned += 1 }
            writer.close()
            ending = .abandoned
        }
        let duration = askedAt.duration(to: clock.now)
        configuration.onRequest?(RequestRecord(request, ending, fault: fault, duration: duration))
    }

    private func respond(
        to request: ServerRequest, _ fault: ModelFault?, askedAt: ContinuousClock.Instant,
        through writer: ResponseWriter
    ) async throws -> RequestRecord.Ending {
        let route: ModelRoute
        do {
            route = try ModelRoute(method: request.head.method.rawValue, uri: request.head.uri)
        } catch {
            return try await refuse(error, through: writer)
        }
        do {
            try check(route, request)
            if let fault, try await play(fault, route, through: writer) { return .broken }
            let delivery = Delivery(fault: fault, askedAt: askedAt)
            return try await answer(route, request, delivery, through: writer)
        } catch let error as APIError {
            return try await refuse(error, asArray: route.isArrayStream, through: writer)
        }
    }

    func refuse(_ request: ServerRequest, _ why: Unread, through writer: ResponseWriter) async {
        let error: APIError = switch why {
        case .tooManyConnections: .tooManyConnections(limit: configuration.connectionLimit)
        case .bodyTooLarge: .bodyTooLarge(limit: configuration.bodyLimit)
        }
        count { $0.refused[error.code, default: 0] += 1 }
        try? await writer.send(.init(statusCode: error.code), json: error.text(), lingers: true)
        configuration.onRequest?(RequestRecord(request, .status(error.code), fault: nil, duration: .zero))
    }

    private func refuse(
        _ error: APIError, asArray: Bool = false, through writer: ResponseWriter
    ) async throws -> RequestRecord.Ending {
        count { $0.refused[error.code, default: 0] += 1 }
        let text = try error.text(asArray: asArray)
        try await writer.send(.init(statusCode: error.code), json: text, allow: error.allowedMethod)
        return .status(error.code)
    }

    private func check(_ route: ModelRoute, _ request: ServerRequest) throws(APIError) {
        if let expected = configuration.key {
            guard let given = request.header("x-goog-api-key") ?? route.key else { throw .noKey }
            guard Secret(given) == expected else { throw .badKey }
        }
        if let name = route.call.model, configuration.model(named: name) == nil {
            throw .unknownModel(name, version: route.version, method: route.call.name)
        }
        count { $0.requests[route.call.name, default: 0] += 1 }
    }

    private func answer(
        _ route: ModelRoute, _ request: ServerRequest, _ delivery: Delivery, through writer: ResponseWriter
    ) async throws -> RequestRecord.Ending {
        let isWhole: Bool
        switch route.call {
        case .listModels:
            let names = configuration.allModels + configuration.aliases.filter { $0.last != "*" }
            isWhole = try await send(["models": names.map(description(of:))], delivery, through: writer)
        case .describe(let name):
            isWhole = try await send(description(of: name), delivery, through: writer)
        case .countTokens:
            let json = try checked(request, as: "CountTokensRequest")
            isWhole = try await send(try GenerateRequest(toCount: json).usage.count, delivery, through: writer)
        case .generate(let name) where isSpeech(name):
            let response = try await speech(for: request)
            isWhole = try await send(response.whole, delivery, through: writer)
        case .stream(let name, let framing) where isSpeech(name):
            let response = try await speech(for: request)
            isWhole = try await stream(response, framing, delivery, through: writer)
        case .generate:
            let response = try await lookedUpon(request, key: route.key)
            try await wait(until: configuration.timeToWholeAnswer, delivery)
            isWhole = try await send(response.whole, delivery, through: writer)
        case .stream(_, let framing):
            let response = try await lookedUpon(request, key: route.key)
            isWhole = try await stream(response, framing, delivery, through: writer)
        }
        guard isWhole else { return .broken }
        count { $0.answered += 1 }
        return .status(200)
    }

    private func isSpeech(_ name: String) -> Bool {
        configuration.model(named: name) == EmbeddedModelConfiguration.speechModel
    }

    private func description(of name: String) -> ModelDescription {
        ModelDescription(name: name, isSpeech: isSpeech(name))
    }

    private func speech(for request: ServerRequest) async throws -> SpeechResponse {
        let name = EmbeddedModelConfiguration.speechModel
        let asked = try GenerateRequest(try checked(request))
        guard case .speech(let voice) = asked.output else { throw APIError.wrongModality(name, "AUDIO") }
        let text = asked.prompts.joined(separator: " ")
        guard text.count <= SpeechSynthesizer.textLimit else {
            throw APIError.invalidArgument(
                "The input token count exceeds the maximum number of tokens allowed \(SpeechSynthesizer.textLimit).")
        }
        let samples = try await configuration.synthesizer?.samples(text, voice: voice) ?? []
        guard !samples.isEmpty else { throw APIError.internalError }
        return SpeechResponse(samples: samples, usage: asked.usage, responseID: await model.nextResponseID())
    }

    /// Reading a request and its picture is work, which must not hold up those who wait on the event loop.
    private func lookedUpon(_ request: ServerRequest, key: String?) async throws -> GenerateResponse {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { try await response(to: request, key: key) }
    }

    /// The body of a request, when it has no field that Google has none of.
    private func checked(
        _ request: ServerRequest, as message: String = "GenerateContentRequest"
    ) throws(APIError) -> [UInt8] {
        if !configuration.isLenient { try RequestFields.check(request.json, as: message) }
        return request.json
    }

    private func response(to request: ServerRequest, key: String?) async throws -> GenerateResponse {
        let asked = try GenerateRequest(try checked(request))
        if case .speech = asked.output { throw APIError.wrongModality(EmbeddedModelConfiguration.defaultModel, "TEXT") }
        let caller = [request.header("x-goog-api-key") ?? key, request.header("user-agent")]
        let text = try await model.answer(asked, caller: caller.map { $0 ?? "" }.joined(separator: "\n"))
        return GenerateResponse(
            answer: Answer(text, maxTokens: asked.maxOutputTokens), usage: asked.usage,
            modelVersion: EmbeddedModelConfiguration.defaultModel, responseID: await model.nextResponseID())
    }
}

extension ServerRequest {
    fileprivate var json: [UInt8] { Array(body.readableBytesView) }
}

extension ModelRoute {
    /// Google answers errors of such a request as an array as well.
    fileprivate var isArrayStream: Bool {
        if case .stream(_, .array) = call { true } else { false }
    }
}
