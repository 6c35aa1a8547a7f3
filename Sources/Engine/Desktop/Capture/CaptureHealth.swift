import Basics

/// Whether the pictures that come in are those of the game, now. Pure: told of pictures, key presses and the end of the
/// program that captures; says what is wrong, and when the program is to be started again.
package struct CaptureHealth: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// How the pictures are.
    package enum State: Sendable, Equatable, CustomStringConvertible {
        /// The first picture is waited for.
        case starting
        case good
        case black
        /// The same picture again and again, although keys were pressed.
        case frozen
        /// No picture comes.
        case silent
        /// The window has another size than the game is played at.
        case wrongSize(width: Int, height: Int)
        /// Another window lies upon it; carries which.
        case covered(by: String)
        /// The program that captures has ended.
        case ended(why: String)

        package var description: String {
            switch self {
            case .starting: "the first picture is waited for"
            case .good: "pictures are good"
            case .black: "the picture is black; see that the window is not covered, and not drawn by Wayland"
            case .frozen: "the picture does not change while keys are pressed"
            case .silent: "no picture comes"
            case .wrongSize(let width, let height): "the window is \(width)x\(height) now"
            case .covered(let window): "the game's window is covered by \(window)"
            case .ended(let why): "the capture ended: \(why)"
            }
        }
    }

    /// What is to be done besides.
    package enum Step: Sendable, Equatable {
        /// The program is to be ended, if it runs, and started after this time.
        case restart(after: Duration)
    }

    /// Told within 2 s, so judged a little earlier.
    package static let patience = Duration.milliseconds(1500)
    /// How long the program may take until its first picture.
    package static let startPatience = Duration.seconds(5)
    static let backoffs: [Duration] = [.milliseconds(200), .milliseconds(500), .seconds(1), .seconds(2), .seconds(5)]

    package private(set) var state = State.starting
    /// Time between two pictures, as asked for.
    private let interval: Duration
    private var startedAt: Instant
    private var lastArrival: Instant?
    private var lastChange: Instant
    private var firstPressSinceChange: Instant?
    private var blackSince: Instant?
    /// The program was started anew because the picture froze, and it is the game that stands still.
    private var standsStill = false
    private var failures = 0
    private var isRunning = true
    /// Pictures that may be old by now are let by until they come at the game's pace again.
    private var isCatchingUp = false

    package init(rate: Double, at now: Instant) {
        interval = .seconds(1 / rate)
        (startedAt, lastChange) = (now, now)
    }

    /// The program was started.
    package mutating func started(at now: Instant) {
        (startedAt, lastArrival, isRunning, isCatchingUp, blackSince) = (now, nil, true, false, nil)
        if case .good = state { state = .starting }
    }

    /// The program has ended by itself.
    package mutating func ended(why: String, at now: Instant) -> Step? {
        guard isRunning else { return nil }
        isRunning = false
        state = .ended(why: why)
        return restart()
    }

    /// A key went down.
    package mutating func pressed(at now: Instant) { firstPressSinceChange = firstPressSinceChange ?? now }

    /// A picture came. Returns whether it may be shown: it is whole, new, and of now.
    package mutating func picture(_ facts: PictureFacts, at now: Instant) -> (isUsable: Bool, step: Step?) {
        guard isRunning else { return (false, nil) }
        let gap = lastArrival.map { $0.duration(to: now) }
        lastArrival = now
        // Nobody read for a while (suspended, starved): what waited in the pipe is from before.
        if let gap, gap > max(interval * 4, .milliseconds(500)) {
            isCatchingUp = true
        } else if let gap, gap > interval / 4 {
            isCatchingUp = false
        }
        if isCatchingUp { return (false, nil) }
        if !facts.isSame {
            (lastChange, firstPressSinceChange, standsStill) = (now, nil, false)
        }
        // What such a picture shows says nothing of the game.
        if case .covered = state { return (false, nil) }
        if facts.isBlack {
            blackSince = blackSince ?? now
        } else {
            blackSince = nil
        }
        if let blackSince, blackSince.duration(to: now) >= Self.patience / 2 {
            state = .black
            return (false, nil)
        }
        if let press = firstPressSinceChange, !standsStill, lastChange.duration(to: now) >= Self.patience,
            press.duration(to: now) >= Self.patience / 2
        {
            state = .frozen
            standsStill = true
            isRunning = false
            return (false, restart())
        }
        guard blackSince == nil || state == .good else { return (false, nil) }
        if case .wrongSize = state { return (false, nil) }
        state = .good
        if startedAt.duration(to: now) > .seconds(30) { failures = 0 }
        return (true, nil)
    }

    /// The window was looked at; `nil`: it has the size that it is played at.
    package mutating func sized(_ wrong: (width: Int, height: Int)?) {
        if let wrong {
            state = .wrongSize(width: wrong.width, height: wrong.height)
        } else if case .wrongSize = state {
            state = .starting
        }
    }

    /// It was looked what lies upon the window; `nil`: nothing does.
    package mutating func covered(by window: String?) {
        switch (window, state) {
        // Both have to be mended; the size is seen to first.
        case (_, .wrongSize): break
        case (let window?, _): state = .covered(by: window)
        case (nil, .covered): (state, blackSince) = (.starting, nil)
        case (nil, _): break
        }
    }

    /// Time has passed.
    package mutating func tick(at now: Instant) -> Step? {
        guard isRunning else { return nil }
        let limit = lastArrival == nil ? Self.startPatience : Self.patience
        guard (lastArrival ?? startedAt).duration(to: now) >= limit else { return nil }
        state = .silent
        isRunning = false
        return restart()
    }

    private mutating func restart() -> Step {
        defer { failures += 1 }
        return .restart(after: Self.backoffs[min(failures, Self.backoffs.count - 1)])
    }
}
