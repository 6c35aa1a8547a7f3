import Basics
import Record
import Synchronization

/// Writes lines to the file and gets over what goes wrong: a full disk is tried again, ever more seldom, up to every 30
/// seconds, and until then what comes is counted and let go.
final class Pen: Sendable {
    struct State: ~Copyable {
        var file: JournalFile?
        var scribe = JournalScribe()
        var status = JournalStatus()
        /// Events that the file does not know yet to be lost.
        var untold = 0
        var failures = 0
        var retryAt: ContinuousClock.Instant?
    }
    private let state: Mutex<State>
    private let clock: any EngineClock

    init(_ file: consuming JournalFile, clock: any EngineClock) {
        var state = State(file: nil)
        state.status.path = file.path
        state.status.bytes = file.size
        state.file = consume file
        self.state = Mutex(state)
        self.clock = clock
    }

    func write(
        _ entries: [JournalScribe.Entry], dropped: Int, then snapshot: Snapshot, isDue: Bool, isSynced: Bool,
        isLast: Bool
    ) -> JournalStatus {
        state.withLock { state in
            state.status.dropped += dropped
            if let retryAt = state.retryAt, clock.now < retryAt, !isLast {
                state.lose(entries)
                return state.status
            }
            do {
                let lost = state.untold > 0 ? [JournalScribe.Entry.dropped(state.untold, time: snapshot.time)] : []
                try state.append(lost + entries, snapshot, isDue, isLast)
                state.untold = 0
                (state.failures, state.retryAt, state.status.trouble) = (0, nil, nil)
                if isSynced { state.sync() }
            } catch {
                state.lose(entries)
                state.failures += 1
                let wait = min(30, 1 << min(5, state.failures - 1))
                state.retryAt = clock.now + .seconds(wait)
                state.status.trouble = "\(error)"
            }
            if isLast { state.file = nil }
            return state.status
        }
    }
}

extension Pen.State {
    fileprivate mutating func append(
        _ entries: [JournalScribe.Entry], _ snapshot: Snapshot, _ isDue: Bool, _ isLast: Bool
    ) throws(JournalError) {
        let lines = scribe.lines(entries, then: snapshot, isDue: isDue, isLast: isLast)
        if !lines.isEmpty { try file?.append(lines) }
        status.bytes = file?.size ?? status.bytes
    }

    /// What cannot be synced is written all the same.
    fileprivate mutating func sync() {
        do { try file?.sync() } catch { status.trouble = "\(error)" }
    }

    /// They are not written. The next line that is must tell everything anew.
    fileprivate mutating func lose(_ entries: [JournalScribe.Entry]) {
        let events = entries.reduce(0) { if case .event = $1 { $0 + 1 } else { $0 } }
        untold += events
        status.dropped += events
        scribe.forget()
    }
}
