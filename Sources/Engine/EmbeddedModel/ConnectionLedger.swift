import Basics
import NIOCore
import Synchronization

/// The connections that are open, and what was done on them. A connection leaves when its socket is closed and the
/// answer that was under way has ended.
final class ConnectionLedger: Sendable {
    private struct State {
        var counts = ServerCounts()
        var open: [ObjectIdentifier: any Channel] = [:]
        var isClosing = false
        /// Set when none is open any more; somebody waits for that.
        var emptied: FirstValue<Void>?
    }
    private let state = Mutex(State())

    var counts: ServerCounts { state.withLock { $0.counts } }

    func count(_ change: (inout ServerCounts) -> Void) {
        state.withLock { change(&$0.counts) }
    }

    enum Entry { case welcome, surplus, unwelcome }

    /// Connections over the limit that are still told so.
    private static let surplusLimit = 16

    /// Enters a new connection. One that is unwelcome must go at once: the server is closing, or far over its limit.
    func enter(_ channel: any Channel, limit: Int) -> Entry {
        state.withLock { state in
            let isSurplus = state.open.count >= limit
            if isSurplus { state.counts.surplus += 1 }
            guard !state.isClosing, state.open.count < limit + Self.surplusLimit else { return .unwelcome }
            state.counts.accepted += 1
            state.open[ObjectIdentifier(channel)] = channel
            return isSurplus ? .surplus : .welcome
        }
    }

    func leave(_ channel: any Channel) {
        let emptied = state.withLock { state -> FirstValue<Void>? in
            guard state.open.removeValue(forKey: ObjectIdentifier(channel)) != nil else { return nil }
            state.counts.closed += 1
            return state.open.isEmpty ? state.emptied.take() : nil
        }
        emptied?.set(())
    }

    /// From now on no connection is entered. Gives those that are open.
    func beginClosing() -> [any Channel] {
        state.withLock { state in
            state.isClosing = true
            return Array(state.open.values)
        }
    }

    /// Returns when no connection is open.
    func whenEmpty() async {
        let emptied = state.withLock { state -> FirstValue<Void>? in
            guard !state.open.isEmpty else { return nil }
            state.emptied = state.emptied ?? FirstValue()
            return state.emptied
        }
        await emptied?.value
    }
}
