import Basics
import Journal
import Record
import Synchronization
import Vision

/// Where every stage reports to. Posting stamps the event with the session's time, folds it into the snapshot and tells
/// the observers; it never waits and never touches a terminal.
package final class EventHub: Sendable {
    package let clock: any EngineClock
    /// The instant that events' times count from.
    package let start: ContinuousClock.Instant
    private let state: Mutex<State>

    private struct State {
        var snapshot = Snapshot()
        var album = FrameAlbum()
        /// Shown between those that are perceived, and remembered no longer.
        var close: Frame?
        var watchers: [@Sendable () -> Void] = []
        var observers: [@Sendable (EngineEvent) -> Void] = []
        var journal: JournalWriter?
    }

    package init(clock: any EngineClock = LoopClock()) {
        self.clock = clock
        start = clock.now
        state = Mutex(State())
    }

    /// Seconds since the session started.
    package var time: Double { start.duration(to: clock.now).seconds }

    package func post(_ kind: EngineEvent.Kind) {
        // Stamped and folded under one lock, so that times never run backwards; observers only hand the event on.
        state.withLock {
            let event = EngineEvent(time: (time * 1e4).rounded() / 1e4, kind: kind.told)
            $0.snapshot.apply(event)
            if case .decided(let decision, _) = kind { $0.album.keep(decision.frame) }
            if let journal = $0.journal {
                let (album, isWatched) = ($0.album, $0.snapshot.info.isWatched)
                journal.take(event) {
                    switch kind {
                    case .decided(let decision, _): album[decision.frame]
                    // Where nothing is decided the pictures themselves are what there is to look back at.
                    case .perceived(let reading, _) where isWatched: album[reading.frame]
                    default: nil
                    }
                }
            }
            for observer in $0.observers { observer(event) }
        }
    }

    /// Has every later event written down, until ``JournalWriter/finish()``.
    package func write(to journal: JournalWriter) {
        state.withLock { $0.journal = journal }
        journal.start { [weak self] drain in
            guard let self else {
                drain()
                return Snapshot()
            }
            // What waits and the snapshot it is folded to: no event comes between.
            return state.withLock {
                drain()
                return $0.snapshot
            }
        } tell: { [weak self] status in
            self?.post(.journal(status))
        }
    }

    /// The newest picture, for the screen. Pictures are not events: they are too large to be recorded each.
    package func show(_ frame: Frame) {
        state.withLock { $0.album.add(frame) }
    }

    /// A picture for somebody who looks closely: in place of the one before, and nobody decides by it.
    func showClosely(_ frame: Frame) {
        state.withLock { state in
            state.close = frame
            for watcher in state.watchers { watcher() }
        }
    }

    func endClosePictures() { state.withLock { $0.close = nil } }

    /// Adds somebody who is told of pictures that no event tells of, as ``observe(_:)`` says.
    package func observePictures(_ watcher: @escaping @Sendable () -> Void) {
        state.withLock { $0.watchers.append(watcher) }
    }

    package var snapshot: Snapshot { state.withLock { $0.snapshot } }
    /// The newest picture there is.
    package var frame: Frame? {
        state.withLock { state in
            guard let close = state.close else { return state.album.newest }
            return [state.album.newest, close].compactMap(\.self).max { $0.sequence < $1.sequence }
        }
    }

    /// The picture of one frame: one of the newest, or one behind a decision that is not long ago.
    package func frame(_ sequence: UInt64) -> Frame? { state.withLock { $0.album[sequence] } }

    /// Adds an observer of every later event. It is called in order, under the hub's lock: it may only hand the event
    /// on (into a stream, a pipe), and must not call the hub.
    package func observe(_ observer: @escaping @Sendable (EngineEvent) -> Void) {
        state.withLock { $0.observers.append(observer) }
    }
}
