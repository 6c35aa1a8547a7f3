import Basics
import Games
import Vision

/// A video as a game that is only watched: pictures of it in the video's own time, and nothing to press. It is over
/// when its file is.
package final class VideoGame: Game {
    /// What a video is opened with.
    package struct Plan: Sendable {
        package let source: VideoSource
        /// What children inherit.
        package let environment: [String: String]
        /// What is known of it by now; looked at when it is opened, if nobody has before.
        package var facts: VideoFacts?

        package init(_ source: VideoSource, environment: [String: String]) {
            (self.source, self.environment) = (source, environment)
        }
    }

    /// How old the newest picture may be to be the picture of this moment, and how long one is waited for at a time.
    private static let patience = Duration.seconds(2)

    package let title: String
    package var isWatched: Bool { true }
    private let clock: any EngineClock
    private let capturing: VideoCapture
    private let change: ChangeSignal
    private let isClosed = FirstValue<Void>()

    /// Opens a video. `arm` is given the end of what was started, `tell` what the person who watches must know later.
    /// - Throws: ``VideoError``, or ``DesktopError`` when there is no ffmpeg.
    package static func open(
        _ plan: Plan, clock: any EngineClock, tell: @escaping @Sendable (String) -> Void,
        arm: (_ name: String, _ close: @escaping @Sendable () async -> Void) -> Void
    ) async throws -> VideoGame {
        var facts = plan.facts
        if facts == nil { facts = try await VideoFacts.of(plan.source, environment: plan.environment) }
        let game = VideoGame(plan, facts ?? VideoFacts(), clock: clock, tell: tell)
        let capture = OwnedTask(on: nil) { [capturing = game.capturing] in await capturing.run() }
        arm("Video (ffmpeg)") { await capture.end() }
        return game
    }

    private init(
        _ plan: Plan, _ facts: VideoFacts, clock: any EngineClock, tell: @escaping @Sendable (String) -> Void
    ) {
        title = "video \(plan.source.name)"
        let change = ChangeSignal()
        (self.change, self.clock) = (change, clock)
        capturing = VideoCapture(
            plan.source, facts, ChildEnvironment(plan.environment), clock: clock, tell: tell,
            onChange: { change.raise() })
    }

    package func capture() async throws -> Frame {
        let deadline = clock.now + Self.patience
        while true {
            let version = change.version
            if isClosed.current != nil { throw GameError.closed(title: title) }
            if let frame = capturing.newest, frame.capturedAt.duration(to: clock.now) <= Self.patience { return frame }
            guard clock.now < deadline else { throw GameError.noPicture(title: title, why: capturing.trouble) }
            await change.changed(since: version, until: deadline, clock: clock)
            try Task.checkCancellation()
        }
    }

    package func send(_ input: GameInput) async throws {
        switch input {
        case .press, .look: throw GameError.onlyWatched(title: title)
        case .release, .releaseAll: break
        }
    }

    package func pass(_ gameTime: Duration) async throws { try await clock.sleep(for: gameTime) }

    package func setPaused(_ paused: Bool) async { capturing.setPaused(paused) }

    package func untilOver() async throws {
        while true {
            let version = change.version
            switch capturing.end {
            case .ended?: return
            case .failed(let why)?: throw why
            case nil: await change.changed(since: version)
            }
            try Task.checkCancellation()
        }
    }

    package func run() async throws {
        while isClosed.current == nil, !Task.isCancelled {
            let version = change.version
            if isClosed.current == nil { await change.changed(since: version) }
        }
    }

    package func close() async {
        isClosed.set(())
        change.raise()
    }
}
