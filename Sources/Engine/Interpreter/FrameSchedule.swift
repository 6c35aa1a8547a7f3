import EmbeddedModel
import Games
import Vision

/// Decides who looks at which frame and when. Pure.
///
/// There is one newest frame, and a number of places that look at frames. A place is given a frame at most once a
/// period and never while it is busy; in between, frames replace each other.
struct FrameSchedule: Sendable {
    enum Step: Sendable {
        /// There is a frame to look at now: ``FrameSchedule/take(_:now:)`` gives it.
        case ready
        /// Nothing may start before that.
        case sleep(until: ContinuousClock.Instant)
        /// Nothing to do until something is signalled.
        case idle
    }

    private struct Place {
        /// The picture it looked at last; it is not shown the same again.
        var lastSequence: UInt64?
        var nextSlot: ContinuousClock.Instant?
    }

    let period: Duration
    var isPaused = false
    /// No frame is taken any more.
    var isStopped = false
    private var places: [Place]
    private var newest: Frame?
    private var newestWasSeen = false

    init(places: Int, period: Duration) {
        self.places = Array(repeating: Place(), count: places)
        self.period = period
    }

    /// Takes a new frame. True when the one it replaces was never looked at.
    mutating func offer(_ frame: Frame) -> Bool {
        guard !isStopped, frame.sequence != newest?.sequence else { return false }
        let dropped = newest != nil && !newestWasSeen
        newest = frame
        newestWasSeen = false
        return dropped
    }

    /// What a place that has nothing to do should do.
    func next(_ place: Int, now: ContinuousClock.Instant) -> Step {
        guard !isPaused, !isStopped, let newest, newest.sequence != places[place].lastSequence else { return .idle }
        if let slot = places[place].nextSlot, slot > now { return .sleep(until: slot) }
        return .ready
    }

    /// The newest frame, which the place looks at from now on; `nil` before there was one.
    mutating func take(_ place: Int, now: ContinuousClock.Instant) -> Frame? {
        guard let newest else { return nil }
        newestWasSeen = true
        places[place].lastSequence = newest.sequence
        places[place].nextSlot = now + period
        return newest
    }

    /// Lets a place look once more at the picture it has looked at: that went wrong, or it sees it with other eyes now.
    mutating func forget(_ place: Int) { places[place].lastSequence = nil }
}
