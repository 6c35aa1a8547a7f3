import Engine
import NIOPosix
import Testing

@testable import Basics
@testable import Connections
@testable import EmbeddedModel
@testable import Games
@testable import Vision

/// The whole way: the embedded game's frames, through the pool, over loopback sockets, to the embedded model and back.
@Suite("Interpreter and planner over real sockets", .timeLimit(.minutes(5)), .shared)
struct RealEndpointTests {
    private let group = MultiThreadedEventLoopGroup.singleton
    private let hub = EventHub()
    private let log: EventLog
    private let account: ModelAccount
    private let http: LazyHTTPClient
    private let prompts: Prompts

    init() throws {
        log = EventLog(hub)
        account = ModelAccount(hub: hub)
        // The pool's time stands still, so that no request runs out of its budget on a busy machine.
        http = LazyHTTPClient { [group] in ConnectionPool(on: group, clock: ManualClock()) }
        prompts = try Prompts(Assets.find(environment: [:], executable: CommandLine.arguments[0]))
    }

    private func interpreter(_ baseURL: String) -> StreamingInterpreter {
        var configuration = StreamingInterpreter.Configuration()
        configuration.perspectives = [.tactical, .spatial, .narrative]
        configuration.prompts = prompts
        return StreamingInterpreter(
            configuration, endpoint: endpoint(baseURL), http: http, hub: hub, account: account)
    }

    private func endpoint(_ baseURL: String) -> GeminiEndpoint {
        GeminiEndpoint(baseURL: baseURL, model: EmbeddedModelConfiguration.defaultModel)
    }

    private func server(pieces: Double) async throws -> EmbeddedModelServer {
        var configuration = EmbeddedModelConfiguration()
        configuration.timeToFirstPiece = .milliseconds(1)
        configuration.timeToWholeAnswer = .milliseconds(1)
        configuration.piecesPerSecond = pieces
        return try await EmbeddedModelServer.start(group: group, configuration: configuration)
    }

    private func frame() async throws -> Frame {
        try await EmbeddedGame(seed: 7, speed: .lockStep, clock: ContinuousClock()).capture()
    }

    @Test("three perspectives comment and a plan is made, with the default settings of both")
    func wholeWay() async throws {
        let server = try await server(pieces: 500)
        let interpreter = interpreter(server.baseURL)
        var configuration = ModelPlanner.Configuration()
        configuration.instructions = prompts.planner
        let planner = ModelPlanner(
            configuration, endpoint: endpoint(server.baseURL), http: http, hub: hub, account: account
        ) { _ in }
        let frame = try await frame()
        async let looking: Void = interpreter.run()
        async let planning: Void = planner.run()
        interpreter.offer(frame)
        planner.offer(frame)
        await log.wait(3, \.isEnded)
        await log.wait(1, \.isPlanned)
        await planner.close()
        await interpreter.close()
        await looking
        await planning

        let done = interpreter.history
        let finished = done.filter { $0.end == .finished(reason: "STOP") && $0.usage != nil }
        #expect(finished.count == 3, "\(done)")
        #expect(Set(done.map(\.text)).count == 3)
        #expect(hub.snapshot.statistics.planFailures == 0)
        #expect(hub.snapshot.intent != nil)
        #expect(http.occupancy().opened == 4 && http.occupancy().closed == 4)
        await server.whenIdle()
        await server.close()
    }

    @Test("closing in the middle of three streams leaves no connection open, on either side")
    func closeMidStream() async throws {
        let server = try await server(pieces: 2)
        let interpreter = interpreter(server.baseURL)
        async let looking: Void = interpreter.run()
        interpreter.offer(try await frame())
        await log.wait(3) { $0.piece != nil }
        #expect(http.occupancy().busy == 3)
        await interpreter.close()
        #expect(http.occupancy().busy == 0)
        #expect(http.occupancy().opened == 3 && http.occupancy().closed == 3)
        #expect(log.count { $0.ended?.end == .cancelled } == 3)
        await looking
        // Returns only when the server has seen every one of its connections end.
        await server.whenIdle()
        await server.close()
    }

    @Test("a server that is not there is said to fail while connecting, and nothing else happens")
    func nobodyThere() async throws {
        let server = try await server(pieces: 1)
        let address = server.baseURL
        await server.close()
        let interpreter = interpreter(address)
        async let looking: Void = interpreter.run()
        interpreter.offer(try await frame())
        await log.wait(1) { if case .endpointFailing(_, .connecting, _) = $0 { true } else { false } }
        await log.wait(3, \.isEnded)
        await interpreter.close()
        await looking
        #expect(http.occupancy().opened == http.occupancy().closed)
    }
}
