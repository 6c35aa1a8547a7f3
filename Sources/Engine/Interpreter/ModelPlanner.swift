/// Asks a model every few seconds what should be done next. Its answer is an intent with a lifetime, which faster tiers
/// ground on the newest frame; no answer, a late one or a bad one only means that they go on by themselves.
package final class ModelPlanner: Sendable {
    package struct Configuration: Sendable {
        /// From the start of one request to the start of the next, at the least.
        package var period = Duration.seconds(4)
        /// How long an intent may guide decisions.
        package var lifetime = Duration.seconds(10)
        package var instructions = ""
        /// Tokens an answer may have, thinking included.
        package var maxOutputTokens = 1024
        package var mediaResolution = GeminiMessages.MediaResolution.medium
        package init() {}
    }

    private let configuration: Configuration
    private let client: GeminiClient
    private let hub: EventHub
    private let health: EndpointHealth
    private let encode: PictureEncoder
    private let onIntent: @Sendable (Intent) -> Void
    private let frames: FrameLoop

    /// `http` is borrowed: its owner closes it, after this was closed.
    package init(
        _ configuration: Configuration, endpoint: GeminiEndpoint, http: any HTTPClient, hub: EventHub,
        health: EndpointHealth, encode: @escaping PictureEncoder = EncodedPicture.png,
        onIntent: @escaping @Sendable (Intent) -> Void
    ) {
        self.configuration = configuration
        self.hub = hub
        self.health = health
        self.encode = encode
        self.onIntent = onIntent
        client = GeminiClient(endpoint: endpoint, http: http)
        frames = FrameLoop(places: 1, period: configuration.period, clock: hub.clock, health: health)
    }

    /// Shows it a new frame. Returns at once; the next request takes the newest.
    package func offer(_ frame: Frame) { _ = frames.offer(frame) }

    /// While paused no request starts; one under way goes on to its end.
    package func setPaused(_ paused: Bool) {
        frames.setPaused(paused)
        hub.post(.resting(.planner, paused))
    }

    /// Takes no frame and starts no request any more.
    package func stop() { frames.stop() }

    /// Plans until it is closed or its task is cancelled. Owns its request: when this returns, none is left.
    package func run() async {
        await frames.run { [self] _, frame in await plan(frame) }
        hub.post(.resting(.planner, true))
    }

    /// Cancels the request under way and awaits it. Idempotent.
    package func close() async { await frames.close() }

    private func plan(_ frame: Frame) async {
        let startedAt = hub.clock.now
        var ok = false
        do {
            let answer = try await client.generate(prompt(for: frame))
            if let usage = answer.usage { hub.post(.spent(usage)) }
            let plan = try PlannerAnswer(text: answer.text)
            health.succeeded()
            ok = true
            adopt(plan, frame)
        } catch let error as InterpreterError {
            health.record(error, startedAt: startedAt)
            if !error.isEndpointFailure { hub.post(.notice(error.description)) }
        } catch {
            // Cancelled by the way out: neither a plan nor a failure.
            return
        }
        let latency = startedAt.duration(to: hub.clock.now).seconds
        hub.post(.planned(latency: latency, ok: ok))
        hub.post(.beat(.planner, latency: latency, interval: interval(after: latency)))
    }

    private func adopt(_ plan: PlannerAnswer, _ frame: Frame) {
        let intent = Intent(
            kind: plan.intent, reason: plan.reason, frame: frame.sequence, issuedAt: hub.clock.now,
            lifetime: configuration.lifetime)
        onIntent(intent)
        hub.post(
            .intent(
                kind: intent.kind, reason: intent.reason, frame: intent.frame, lifetime: intent.lifetime.seconds))
    }

    private func prompt(for frame: Frame) throws -> GeminiPrompt {
        var request = GeminiMessages.GenerationConfig()
        request.maxOutputTokens = configuration.maxOutputTokens
        request.responseMimeType = "application/json"
        request.responseSchema = PlannerAnswer.schema
        request.mediaResolution = configuration.mediaResolution
        request.thinkingConfig = client.endpoint.thinking
        return GeminiPrompt(
            instructions: configuration.instructions, text: "What should be done next in this frame of the game?",
            picture: try picture(of: frame, encode), configuration: request)
    }

    private func interval(after latency: Double) -> Double {
        let held = health.notBefore.map { hub.clock.now.duration(to: $0).seconds } ?? 0
        return max(configuration.period.seconds, latency, held)
    }
}
