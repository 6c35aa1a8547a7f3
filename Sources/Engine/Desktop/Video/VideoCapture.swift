import Basics
import Synchronization
import Vision

/// Pictures of a video, from one long-lived ffmpeg: the newest wins, and each carries the time that it has in the
/// video. A picture that is black, or stands still, is what the video shows, and no fault of it.
///
/// ffmpeg gives so many pictures a second of the video, whatever the video has: which is how their times are known,
/// since a raw picture tells none.
final class VideoCapture: Sendable {
    /// How a video came to its end.
    enum End: Sendable, Equatable {
        case ended
        /// Nothing of it could be shown.
        case failed(VideoError)
    }

    private struct State {
        var newest: Frame?
        var sequence: UInt64 = 0
        /// The time in the video of the next picture.
        var position = Duration.zero
        var count = 0
        var isPaused = false
        var trouble: String?
        var end: End?
        var generation = 0
    }

    private enum Outcome {
        case paused
        case over(End)
        case lost(String)
    }

    /// Pictures a second: half as old on average as the agent's looks are apart.
    static let rate = 20
    /// How long a camera or a server may be silent. One that sends in pieces of several seconds is not.
    private static let patience = Duration.seconds(10)
    /// The same until the first picture: ffmpeg looks at what comes for five seconds, and then for a whole picture.
    private static let startPatience = Duration.seconds(20)
    /// What is missing at the end of a recording that was sent to its end.
    private static let slack = Duration.seconds(2)

    private let source: VideoSource
    private let facts: VideoFacts
    private let environment: ChildEnvironment
    private let clock: any EngineClock
    private let began: ContinuousClock.Instant
    private let state = Mutex(State())
    private let news = Wakeup()
    private let onChange: @Sendable () -> Void
    private let tell: @Sendable (String) -> Void

    /// `tell` is given what the person who watches must know; `onChange` is called when a picture came, or the end.
    init(
        _ source: VideoSource, _ facts: VideoFacts, _ environment: ChildEnvironment, clock: any EngineClock,
        tell: @escaping @Sendable (String) -> Void, onChange: @escaping @Sendable () -> Void
    ) {
        (self.source, self.facts, self.environment, self.clock) = (source, facts, environment, clock)
        (self.tell, self.onChange, began) = (tell, onChange, clock.now)
    }

    var newest: Frame? { state.withLock(\.newest) }
    /// Why no picture comes at the moment.
    var trouble: String { state.withLock(\.trouble) ?? "no picture comes" }
    /// How it ended; `nil` while it goes on.
    var end: End? { state.withLock(\.end) }

    /// Stops where it is, or goes on from there. What is live goes on by itself.
    func setPaused(_ isPaused: Bool) {
        guard source.kind == .file || facts.length != nil else { return }
        state.withLock { $0.isPaused = isPaused }
        news.signal()
    }

    /// Captures until the video has ended or the task is cancelled; returns when ffmpeg was reaped. What is no file is
    /// opened again when it is lost.
    func run() async {
        var failures = 0
        while !Task.isCancelled {
            if state.withLock(\.isPaused) {
                await news.wait()
                continue
            }
            let start = clock.now
            switch await play() {
            case .paused: continue
            case .over(let end):
                state.withLock { $0.end = end }
                return onChange()
            case .lost(let why):
                if Task.isCancelled { return }
                if start.duration(to: clock.now) > .seconds(30) { failures = 0 }
                let isNews = state.withLock { state in
                    defer { state.trouble = why }
                    return state.trouble != why
                }
                if isNews { tell("no picture of \(source.name): \(why); it is tried again") }
                let waits = CaptureHealth.backoffs
                try? await clock.sleep(for: waits[min(failures, waits.count - 1)])
                failures += 1
            }
        }
    }

    /// One run of ffmpeg.
    private func play() async -> Outcome {
        let (generation, position) = state.withLock { state in
            state.generation += 1
            // What is live has gone on meanwhile.
            if !isStored { state.position = max(state.position, began.duration(to: clock.now)) }
            if state.count == 0 { state.position = .zero }
            return (state.generation, state.position)
        }
        do {
            return await outcome(of: try await start(from: position, generation))
        } catch {
            return .lost("\(error)")
        }
    }

    private func start(from position: Duration, _ generation: Int) async throws(DesktopError) -> ChildProcess {
        let assembler = Mutex(FrameAssembler(size: facts.width * facts.height * 3))
        let child = try await ChildProcess.start(plan(from: position)) { [self] bytes in
            assembler.withLock { assembler in assembler.append(bytes) { take($0, generation) } }
        }
        child.whenEnded { [news] in news.signal() }
        return child
    }

    /// Returns when it has ended, or is ended: because of a pause, or because nothing comes of it.
    private func outcome(of child: ChildProcess) async -> Outcome {
        let began = clock.now
        var silence: Duration?
        while !Task.isCancelled, !child.hasEnded, silence == nil, !state.withLock(\.isPaused) {
            guard source.kind != .file else {
                await news.wait()
                continue
            }
            await news.wait(until: clock.now + .seconds(1), clock: clock)
            let last = state.withLock { $0.newest?.capturedAt } ?? began
            let patience = last > began ? Self.patience : Self.startPatience
            if max(last, began).duration(to: clock.now) >= patience { silence = patience }
        }
        let isEnd = child.hasEnded
        await child.end()
        // What was under way when it was told to end is not shown any more.
        let (count, reached) = state.withLock { state in
            state.generation += 1
            return (state.count, state.position)
        }
        if !isEnd { return silence.map { .lost("nothing came for \($0.components.seconds) s") } ?? .paused }
        let complaint = source.words(child.tail.lastLine)
        let ending = child.ending.current ?? "it ended"
        let why = complaint.isEmpty ? ending : complaint
        // Somebody who kills ffmpeg does not end the file.
        if source.kind == .file, !ending.hasPrefix("killed") {
            if count == 0 { return .over(.failed(.broken(source.shown, why: why))) }
            if !complaint.isEmpty { tell("ffmpeg on \(source.name): \(complaint)") }
            return .over(.ended)
        }
        if let length = facts.length, reached + Self.slack >= .seconds(length), count > 0 { return .over(.ended) }
        return .lost(why)
    }

    /// It can be opened at any time of it.
    private var isStored: Bool { source.kind == .file || facts.length != nil }

    private func take(_ rgb: [UInt8], _ generation: Int) {
        let now = clock.now
        let isSame = PictureFacts(of: rgb, after: newest?.rgb).isSame
        let isBack: Bool? = state.withLock { state in
            guard state.generation == generation else { return nil }
            if !isSame { state.sequence += 1 }
            state.newest = Frame(
                width: facts.width, height: facts.height, rgb: rgb, sequence: state.sequence, capturedAt: now,
                gameTime: state.position)
            state.position += .seconds(1) / Self.rate
            state.count += 1
            defer { state.trouble = nil }
            return state.trouble != nil
        }
        guard let isBack else { return }
        if isBack { tell("\(source.name) is back") }
        onChange()
    }

    /// - Parameter position: where in the video it begins, if that can be chosen.
    func plan(from position: Duration) -> ChildProcess.Plan {
        let (width, height) = (facts.width, facts.height)
        let start = isStored && position > .zero ? ["-ss", "\(position.seconds)"] : []
        // A size of another shape, as of a picture that is turned, is fitted in.
        let filter = "fps=\(Self.rate),scale=\(width):\(height):force_original_aspect_ratio=decrease:flags=area,"
            + "pad=\(width):\(height):-1:-1"
        var plan = ChildProcess.Plan(
            name: "ffmpeg",
            command: ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "repeat+error", "-threads", "2"]
                + (facts.isHeldBack ? ["-re"] : []) + start + source.arguments
                + ["-map", "0:V:0", "-vf", filter, "-fps_mode", "passthrough", "-pix_fmt", "rgb24"]
                + ["-f", "rawvideo", "-flush_packets", "1", "pipe:1"],
            environment: environment)
        plan.package = ShortRun.packages["ffmpeg"]
        return plan
    }
}
