import Basics
import Connections
import Record
import Synchronization
import Vision

/// Asks a model every few seconds what should be done next. Its answer is an intent with a lifetime, which faster tiers
/// ground on the newest frame; no answer, a late one or a bad one only means that they go on by themselves.
package final class ModelPlanner: Sendable {
    package struct Configuration: Sendable {
        /// From the start of one request to the start of the next, at the least.
        package var period = Duration.seconds(4)
        /// How long an intent may guide decisions, in the game's time from the frame that was asked about.
        package var lifetime = Duration.seconds(20)
        package var instructions = ""
        /// Those that exist in the game.
        package var intents = Intent.Kind.allCases
        /// Tokens an answer may have, thinking included.
        package var maxOutputTokens = 1024
        package var mediaResolution = MediaResolution.medium
        package init() {}

        /// The most that one request takes: instructions, a line of text, the schema, and the picture.
        var requestSize: RequestSize {
            RequestSize(textBytes: instructions.utf8.count + 8192, pictures: 1, maxOutputTokens: maxOutputTokens)
        }
    }

    private let configuration: Configuration
    private let client: any ModelClient
    private let hub: EventHub
    private let account: ModelAccount
    private let encode: PictureEncoder
    private let onIntent: @Sendable (Intent) -> Void
    private let frames: FrameLoop
    /// A plan that could not be used was told, and none was used since.
    private let hasComplained = Mutex(false)

    /// `http` is borrowed: its owner closes it, after this was closed.
    package init(
        _ configuration: Configuration, endpoint: any ModelEndpoint, http: any HTTPClient, hub: EventHub,
        account: ModelAccount, encode: @escaping PictureEncoder = EncodedPicture.png,
        onIntent: @escaping @Sendable (Intent) -> Void
    ) {
        self.configuration = configuration
        self.hub = hub
        self.account = account
        self.encode = encode
        self.onIntent = onIntent
        client = endpoint.client(over: http)
        let (model, size) = (endpoint.model, configuration.requestSize)
        frames = FrameLoop(places: 1, period: configuration.period, clock: hub.clock) { () throws(Hold) in
            try account.admit(.plan, model: model, size: size)
        }
        account.observe { [weak frames] in frames?.wake() }
    }

    /// Shows it a new frame. Returns at once; the next request takes the newest.
    package func offer(_ frame: Frame) { _ = frames.offer(frame) }

    /// While paused no request starts; one under way goes on to its end.
    package func setPaused(_ paused: Bool) {
        frames.setPaused(paused)
        hub.post(.resting(.planner, paused || frames.isHeld))
    }

    /// Takes no frame and starts no request any more.
    package func stop() { frames.stop() }

    /// Plans until it is closed or its task is cancelled. Owns its request: when this returns, none is left.
    package func run() async {
        await frames.run { [hub] hold in
            // While nothing is asked its silence is no fault.
            if hold?.reason.isPassing != true { hub.post(.resting(.planner, hold != nil)) }
        } _: { [self] _, frame, admission in
            await plan(frame, admission)
        }
        hub.post(.resting(.planner, true))
    }

    /// Gives up a request that does not end although it was cancelled.
    func abandon() { frames.abandon() }

    /// Cancels the request under way and awaits it. Idempotent.
    package func close() async { await frames.close() }

    private func plan(_ frame: Frame, _ admission: Admission) async {
        let startedAt = hub.clock.now
        var ok = false
        do {
            let question = try prompt(for: frame)
            let answer = try await client.generate(question, admission)
            // Given up meanwhile: another run plans, and knows more.
            guard LoopRun.counts else { throw CancellationError() }
            hub.post(
                .consulted(
                    Consultation(
                        frame: frame.sequence, prompt: question.instructions + "\n" + question.text,
                        answer: answer.text)))
            let plan = try PlannerAnswer(answer)
            admission.answered()
            ok = true
            hasComplained.withLock { $0 = false }
            adopt(plan, frame)
        } catch let error as InterpreterError {
            admission.failed(error)
            if !error.isEndpointFailure { complain(error) }
        } catch {
            // Cancelled by the way out: neither a plan nor a failure.
            admission.cancelled()
            return
        }
        let latency = startedAt.duration(to: hub.clock.now).seconds
        hub.post(.planned(latency: latency, ok: ok))
        hub.post(.beat(.planner, latency: latency, interval: interval(after: latency)))
    }

    private func adopt(_ plan: PlannerAnswer, _ frame: Frame) {
        let intent = Intent(
            kind: plan.intent, reason: plan.reason, frame: frame.sequence, gameTime: frame.gameTime.seconds,
            lifetime: configuration.lifetime.seconds, bearing: plan.enemyBearing)
        guard configuration.intents.contains(plan.intent) else {
            return complain(.unusable("this game has no intent \(plan.intent.rawValue)"))
        }
        onIntent(intent)
        hub.post(.intent(intent))
    }

    /// Told once: a model that writes no plan writes none every few seconds.
    private func complain(_ error: InterpreterError) {
        let isNews = hasComplained.withLock { told in
            defer { told = true }
            return !told
        }
        if isNews { hub.post(.notice(error.description)) }
    }

    private func prompt(for frame: Frame) throws -> ModelPrompt {
        var prompt = ModelPrompt(
            instructions: configuration.instructions, text: "What should be done next in this frame of the game?",
            picture: try picture(of: frame, encode))
        prompt.maxOutputTokens = configuration.maxOutputTokens
        prompt.schema = PlannerAnswer.schema(configuration.intents)
        prompt.mediaResolution = configuration.mediaResolution
        return prompt
    }

    private func interval(after latency: Double) -> Double {
        let held = account.notBefore(.plan).map { hub.clock.now.duration(to: $0).seconds } ?? 0
        return max(configuration.period.seconds, latency, held)
    }
}
