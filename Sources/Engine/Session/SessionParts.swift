import Basics
import Connections
import EmbeddedModel
import Games
import NIOCore
import NIOPosix
import Record
import Synchronization
import Vision

/// Everything that plays in a session, built in order, each part armed for cleanup the moment it exists.
final class SessionParts: Sendable {
    let info: SessionInfo
    /// What the operator must know of how it starts.
    let notices: [String]
    /// What the learner knew when it was taken up; `nil` when it begins with nothing.
    let resumed: LearnerSummary?
    private let keeper: LearnerKeeper?
    let game: any Game
    /// Holds the agent's input while the game cannot be played.
    let obstacles: ObstacleWatch
    let gameplay: Gameplay
    let interpreter: StreamingInterpreter
    let planner: ModelPlanner
    let voice: VoiceSystem
    private let mixer: AudioMixer?
    /// Every model request is admitted here.
    let account: ModelAccount
    private let http: LazyHTTPClient
    /// Where the loops run.
    let executor: LoopExecutor
    private let cleanup: Cleanup
    private let pool: PoolSettings
    private let streams: Supervisor
    private let plans: Supervisor
    private let world: Supervisor

    /// - Throws: what could not be opened. Whatever was opened before that is armed, and closed by the cleanup.
    init(settings: Settings, assets: Assets, hub: EventHub, cleanup: Cleanup) async throws {
        self.cleanup = cleanup
        pool = settings.pool
        let prompts = try Prompts(assets).telling(of: settings.game)

        // One loop for all: the agent plays where its requests are sent, and where the embedded model answers them.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let executor = LoopExecutor(group.next())
        self.executor = executor
        cleanup.arm("Event loops", step: 4) {
            executor.close()
            try await group.shutdownGracefully()
        }
        let metrics = try await Self.serveMetrics(settings, group, hub, cleanup)
        let http = LazyHTTPClient { [clock = hub.clock] in
            settings.connections(on: group, clock: clock)
        }
        self.http = http
        let endpoint = try await Self.endpoint(settings, group, http, hub, cleanup)

        let played = try await PlayedGame(settings, assets, hub, cleanup)
        let game = played.game
        self.game = game

        let off = endpoint.isTextOnly ? Hold.Reason.textOnly(model: endpoint.model.model) : nil
        let account = try ModelAccount(settings, assets, hub, model: endpoint.model.model, off: off)
        let start = await LearnerKeeper.start(
            game.isWatched ? LearnerSettings() : settings.learner, game: game.kind, hub: hub)
        keeper = start.keeper
        resumed = start.learner.summary.experiences > 0 ? start.learner.summary : nil
        notices = start.notices + (metrics?.notices ?? []) + [off].compactMap(\.self).map {
            "\($0), as all models at \(endpoint.shown) do; the agent plays without one. Name another with --model, "
                + "or start llama-server with its --mmproj"
        }
        self.account = account
        let encode: PictureEncoder = { EncodedPicture.png($0) }
        var looks = StreamingInterpreter.Configuration()
        looks.perspectives = settings.effectivePerspectives
        looks.frameRate = settings.frameRate
        looks.prompts = prompts
        let interpreter = StreamingInterpreter(
            looks, endpoint: endpoint.model, http: http, hub: hub, account: account, encode: encode)
        self.interpreter = interpreter

        var plans = ModelPlanner.Configuration()
        plans.instructions = prompts.planner
        plans.intents = settings.game.intents
        // The planner hands its intents to the gameplay, which hands its frames to the planner: one of the two must be
        // told of the other later.
        let onIntent = LateHandler<Intent>()
        let planner = ModelPlanner(
            plans, endpoint: endpoint.model, http: http, hub: hub, account: account, encode: encode,
            onIntent: { onIntent.call($0) })
        self.planner = planner

        var dependencies = GameplayDependencies(game: game, hub: hub, keys: played.keys, perceive: played.read)
        dependencies.pilot = played.pilot
        dependencies.seed = settings.seed
        dependencies.mode = settings.mode
        dependencies.isLockStep = settings.speed == .lockStep
        dependencies.dryRun = settings.dryRun
        dependencies.isWatched = game.isWatched
        dependencies.fault = settings.fault
        dependencies.learner = start.learner
        dependencies.onFrame = { frame in
            interpreter.offer(frame)
            if !game.isWatched { planner.offer(frame) }
        }
        let gameplay = Gameplay(dependencies)
        // It has the planner, which would have it: neither would ever go.
        onIntent.set { [weak gameplay] in gameplay?.setIntent($0) }
        self.gameplay = gameplay
        obstacles = ObstacleWatch(gameplay, hub: hub)

        // A request ends by its own deadlines: longer than those it is stuck.
        let longest = settings.pool.totalTimeout * 2 + .seconds(10)
        func supervised(_ loop: SupervisedLoop) -> Supervisor {
            Supervisor([loop], hub: hub) { await gameplay.hold() }
        }
        streams = supervised(
            SupervisedLoop(
                name: .interpreter, limit: { longest }, body: { await interpreter.run() },
                letGo: { interpreter.abandon() }))
        let planning = SupervisedLoop(
            name: .planner, limit: { longest }, body: { await planner.run() }, letGo: { planner.abandon() })
        self.plans = Supervisor(game.isWatched ? [] : [planning], hub: hub) { await gameplay.hold() }
        world = supervised(SupervisedLoop(name: .game, body: { try await game.run() }))

        // The mixer tells the voice when something changes, and the voice has the mixer.
        let onMixerChange = LateHandler<Void>()
        let speech = VoiceParts(
            settings, endpoint: endpoint.model, http: http, account: account, clock: hub.clock,
            onChange: { onMixerChange.call(()) })
        let voice = VoiceSystem(hub: hub, audio: speech.audio, why: speech.why)
        onMixerChange.set { [weak voice] in voice?.tell() }
        voice.narrate()
        self.voice = voice
        mixer = speech.audio?.mixer
        var info = SessionInfo()
        (info.mode, info.seed, info.dryRun) = (settings.mode, settings.seed, settings.dryRun)
        (info.game, info.duration) = (game.title, settings.duration?.seconds)
        info.isWatched = game.isWatched
        (info.model, info.endpoint) = (endpoint.model.model, endpoint.shown)
        if settings.endpoint != .none { info.api = endpoint.model.api.rawValue }
        (info.limit, info.limitPerHost) = (settings.pool.limit, settings.pool.limitPerHost)
        info.account = account.info(model: endpoint.model.model)
        info.metrics = metrics?.url
        self.info = info
    }

    /// What the pool's lanes do; all free before there was a pool.
    func occupancy() -> Occupancy {
        var now = http.occupancy()
        if now.lanes.isEmpty {
            now.lanes = (0..<pool.limit).map(Occupancy.Lane.init(index:))
            now.limit = pool.limit
            now.limitPerHost = pool.limitPerHost
        }
        return now
    }

    /// Returns when the pool is given something to do.
    func untilAsked() async { await http.untilAsked() }

    /// Starts loops that were given up once more, as soon as the agent may play again.
    func revive() {
        guard gameplay.gate.phase == .running else { return }
        gameplay.revive()
        for supervisor in [streams, plans, world] { supervisor.revive() }
    }

    /// Starts every loop and arms its end. Those that fail are started again; none ends the session.
    func startLoops() {
        // Whoever watches loops runs elsewhere than they do.
        let play = OwnedTask(on: nil) { [gameplay, executor] in await gameplay.run(on: executor) }
        func watched(_ supervisor: Supervisor) -> OwnedTask {
            OwnedTask(on: nil) { [executor] in await supervisor.run(on: executor) }
        }
        let (world, streams, plans) = (watched(world), watched(streams), watched(plans))
        let speech = OwnedTask(on: executor) { [voice] in await voice.run() }
        let watch = OwnedTask(on: executor) { [obstacles, game] in await obstacles.follow(game) }
        if let mixer {
            let playing = OwnedTask(on: executor) { await mixer.run() }
            cleanup.arm("Audio mixer", step: 3) {
                await mixer.close()
                await playing.end()
            }
        }

        // Within a step the newest closes first: no frame is taken any more when the keys are released, and nobody asks
        // any more when the interpreter closes the connections.
        cleanup.arm("Held game keys", step: 1) { [game] in
            try await game.send(.releaseAll)
        }
        cleanup.arm("Frame stream", step: 1) { [interpreter, planner, voice] in
            interpreter.stop()
            planner.stop()
            await watch.end()
            await voice.silence()
            await play.end()
        }
        cleanup.arm("Video interpreter", step: 2) { [interpreter] in
            await interpreter.close()
            await streams.end()
        }
        cleanup.arm("Model planner", step: 2) { [planner] in
            await planner.close()
            await plans.end()
        }
        cleanup.arm("Voice system", step: 3) { [voice] in
            await voice.close()
            await speech.end()
        }
        if let keeper {
            let saving = OwnedTask(on: nil) { [gameplay] in await keeper.run { gameplay.learner } }
            cleanup.arm("Learner checkpoint", step: 4) { [gameplay] in
                await saving.end()
                try await keeper.save(gameplay.learner)
            }
        }
        cleanup.arm(game is EmbeddedGame ? "Embedded game" : "Game", step: 4) { [game] in
            await game.close()
            await world.end()
        }
    }

    struct Endpoint {
        let model: any ModelEndpoint
        let shown: String
        /// The model cannot see: there is no use in asking it.
        var isTextOnly = false
    }

    static func endpoint(
        _ settings: Settings, _ group: MultiThreadedEventLoopGroup, _ http: any HTTPClient, _ hub: EventHub,
        _ cleanup: Cleanup
    ) async throws -> Endpoint {
        switch settings.endpoint {
        case .none:
            // Never asked: the account admits no request.
            return Endpoint(model: GeminiEndpoint(baseURL: "http://none.invalid", model: "none"), shown: "nobody")
        case .remote(let url):
            let remote = try await settings.remoteEndpoint(url, over: http)
            return Endpoint(model: remote.model, shown: remote.model.shownURL, isTextOnly: remote.isTextOnly)
        case .embedded:
            var configuration = EmbeddedModelConfiguration()
            configuration.seed = settings.seed
            configuration.clock = hub.clock
            configuration.faults = settings.modelFaults
            configuration.synthesizer = SpeechSynthesizer(environment: settings.childEnvironment)
            let server = try await EmbeddedModelServer.start(group: group, configuration: configuration)
            cleanup.arm("Embedded model", step: 4) {
                await server.close()
            }
            let model = settings.model ?? EmbeddedModelConfiguration.defaultModel
            return Endpoint(
                model: GeminiEndpoint(baseURL: server.baseURL, model: model), shown: "\(server.baseURL) (embedded)")
        }
    }
}
