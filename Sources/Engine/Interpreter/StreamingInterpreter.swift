import Basics
import Connections
import Record
import Synchronization
import Vision

/// Lets a model comment on the game while it is played: one streamed request at a time from each perspective, always on
/// the newest frame. Its HTTP session is made by the first request, reused, and made anew when it was closed.
///
/// No failure leaves this type: what fails is reported as an event, and tried again later.
package final class StreamingInterpreter: Sendable {
    package struct Configuration: Sendable {
        /// One place each; a place may come to look from another perspective later.
        package var perspectives: [Perspective] = [.comprehensive]
        /// Frames a second that each place may look at.
        package var frameRate = 0.5
        package var prompts = Prompts(perspectives: [:], planner: "")
        /// Tokens an answer may have, thinking included.
        package var maxOutputTokens = 1024
        package var mediaResolution = MediaResolution.low
        package init() {}

        /// The least time between two frames of one place.
        package var period: Duration { .seconds(1 / max(frameRate, 0.001)) }

        /// The most that one request takes: the longest instructions, a line of text, and the picture.
        var requestSize: RequestSize {
            let longest = Perspective.allCases.map { prompts[$0].utf8.count }.max() ?? 0
            return RequestSize(textBytes: longest + 256, pictures: 1, maxOutputTokens: maxOutputTokens)
        }
    }

    package static let historyLength = 100

    let configuration: Configuration
    let client: any ModelClient
    let hub: EventHub
    let account: ModelAccount
    let encode: PictureEncoder
    private let http: LazyHTTPClient
    private let frames: FrameLoop
    private let state: Mutex<State>

    private struct State {
        var perspectives: [Perspective]
        var history = Ring<Interpretation>(capacity: StreamingInterpreter.historyLength)
        var lastID = 0
    }

    package init(
        _ configuration: Configuration, endpoint: any ModelEndpoint, http: LazyHTTPClient, hub: EventHub,
        account: ModelAccount, encode: @escaping PictureEncoder = EncodedPicture.png
    ) {
        self.configuration = configuration
        self.http = http
        self.hub = hub
        self.account = account
        self.encode = encode
        client = endpoint.client(over: http)
        let perspectives = configuration.perspectives
        let (model, size) = (endpoint.model, configuration.requestSize)
        frames = FrameLoop(places: perspectives.count, period: configuration.period, clock: hub.clock) {
            () throws(Hold) in try account.admit(.interpretation, model: model, size: size)
        }
        state = Mutex(State(perspectives: perspectives))
        account.observe { [weak frames] in frames?.wake() }
    }

    /// The newest interpretations that are over, oldest first.
    package var history: [Interpretation] { state.withLock { Array($0.history) } }

    /// Which perspective each place looks from.
    package var perspectives: [Perspective] { state.withLock { $0.perspectives } }

    /// What its session's connections do right now.
    package func occupancy() -> Occupancy { http.occupancy() }

    /// Shows it a new frame. Returns at once; a frame that nobody had time for is reported as dropped.
    package func offer(_ frame: Frame) {
        if frames.offer(frame) { hub.post(.frameDropped) }
    }

    /// The first place moves on to the next perspective, from its next request on.
    package func nextPerspective() {
        let changed = state.withLock { state -> [Perspective]? in
            let all = Perspective.allCases
            guard let first = state.perspectives.first, let index = all.firstIndex(of: first) else { return nil }
            // Two places that look alike would ask, and be paid for, twice.
            let others = state.perspectives.dropFirst()
            let next = (1..<all.count).map { all[(index + $0) % all.count] }.first { !others.contains($0) }
            guard let next else { return nil }
            state.perspectives[0] = next
            return state.perspectives
        }
        guard let changed else { return }
        hub.post(.perspectives(changed))
        frames.forget(0)
    }

    /// While paused nothing new starts; what streams goes on to its end.
    package func setPaused(_ paused: Bool) {
        frames.setPaused(paused)
        hub.post(.resting(.interpreter, paused || frames.isHeld))
    }

    /// Takes no frame and starts no request any more. The first step of every way out; ``close()`` does it too.
    package func stop() { frames.stop() }

    /// Looks at frames until it is closed or its task is cancelled. Owns every request: when this returns, none is
    /// left.
    package func run() async {
        hub.post(.perspectives(perspectives))
        await frames.run { [hub] hold in
            // While nothing is asked its silence is no fault; another place's request may still run.
            if hold?.reason.isPassing != true { hub.post(.resting(.interpreter, hold != nil)) }
        } _: { [self] place, frame, admission in
            await interpret(frame, place: place, admission)
        }
        hub.post(.resting(.interpreter, true))
    }

    /// Cancels what streams, awaits it, and closes the session's connections: none is open when this returns.
    /// Cancelling the caller does not shorten it. Idempotent.
    package func close() async {
        await frames.close()
        await http.close()
    }

    /// Gives up requests that do not end although they were cancelled.
    func abandon() { frames.abandon() }

    /// Lets a closed interpreter be run again, with a new session.
    package func reopen() { frames.reopen() }

    /// Adds one that is over to the history.
    func remember(_ done: Interpretation) { state.withLock { $0.history.append(done) } }

    private func interpret(_ frame: Frame, place: Int, _ admission: Admission) async {
        let time = hub.time
        let record = state.withLock {
            $0.lastID += 1
            return Interpretation(
                id: $0.lastID, perspective: $0.perspectives[place], frame: frame.sequence, startedAt: time)
        }
        let done = await interpret(frame, record, admission)
        // Where the endpoint failed, the picture is worth another attempt if nothing newer comes.
        if case .failed = done.end, account.notBefore(.interpretation) != nil { frames.forget(place) }
    }
}

/// Runs an interpreter for as long as `body` takes, and closes it however that ends: by returning, by throwing, or by
/// cancellation. When this returns, no request runs and no connection is open.
package func withStreamingInterpreter<Result: Sendable>(
    _ configuration: StreamingInterpreter.Configuration, endpoint: any ModelEndpoint, hub: EventHub,
    makeSession: @escaping @Sendable () -> any HTTPClient, encode: @escaping PictureEncoder = EncodedPicture.png,
    _ body: (StreamingInterpreter) async throws -> Result
) async throws -> Result {
    let interpreter = StreamingInterpreter(
        configuration, endpoint: endpoint, http: LazyHTTPClient(makeSession), hub: hub,
        account: ModelAccount(hub: hub), encode: encode)
    async let loop: Void = interpreter.run()
    do {
        let result = try await body(interpreter)
        await interpreter.close()
        await loop
        return result
    } catch {
        await interpreter.close()
        await loop
        throw error
    }
}
