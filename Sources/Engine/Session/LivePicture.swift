import Basics
import Desktop
import Synchronization
import Vision

/// Shows a real game as often as it gives pictures, 20 times a second at the most, while somebody looks at it closely.
///
/// What is perceived and decided upon, and with it the journal, knows nothing of these pictures: they go by the hub to
/// the screen as those of the frame loop do, and each replaces the one before.
final class LivePicture: Sendable {
    /// Between two pictures; what comes in between is left out.
    static let interval = Duration.milliseconds(50)
    /// How long a game may give none, until it is looked whether anybody still wants one.
    private static let patience = Duration.milliseconds(250)

    private let hub: EventHub
    private let isWanted = Mutex(false)
    private let change = ChangeSignal()

    init(hub: EventHub) { self.hub = hub }

    /// Somebody looks closely now, or does no more.
    func want(_ on: Bool) {
        isWanted.withLock { $0 = on }
        if !on { hub.endClosePictures() }
        change.raise()
    }

    /// Until the task is cancelled. Nothing is asked of the game while nobody looks.
    func follow(_ game: DesktopGame) async {
        var last: UInt64 = 0
        var due = hub.clock.now
        while !Task.isCancelled {
            let version = change.version
            guard isWanted.withLock(\.self) else {
                await change.changed(since: version)
                continue
            }
            do {
                try await hub.clock.sleep(until: due, tolerance: nil)
                guard let frame = try await game.picture(after: last, by: hub.clock.now + Self.patience) else {
                    continue
                }
                // From when it was due, so that the rate is kept; not to be made up for when it could not be.
                due = max(due + Self.interval, hub.clock.now + Self.interval / 2)
                last = frame.sequence
                if isWanted.withLock(\.self) { hub.showClosely(frame) }
            } catch {
                return
            }
        }
    }
}
