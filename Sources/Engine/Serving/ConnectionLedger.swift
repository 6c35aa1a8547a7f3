import Basics
import NIOCore
import Synchronization

/// Connections of a server, in all and at the moment.
package struct ConnectionCounts: Sendable, Equatable {
    package fileprivate(set) var accepted = 0
    package fileprivate(set) var closed = 0
    /// Those that came while too many were open.
    package fileprivate(set) var surplus = 0
    /// Those closed because nothing moved on them.
    package fileprivate(set) var timedOut = 0

    package init() {}
    package var open: Int { accepted - closed }
}

/// The connections that are open. A connection leaves when its socket is closed and the answer that was under way has
/// ended.
package final class ConnectionLedger: Sendable {
    private struct State {
        var counts = ConnectionCounts()
        var open: [ObjectIdentifier: any Channel] = [:]
        var isClosing = false
        /// Set when none is open any more; somebody waits for that.
        var emptied: FirstValue<Void>?
    }
    private let state = Mutex(State())

    package init() {}

    package var counts: ConnectionCounts { state.withLock { $0.counts } }

    func timedOut() { state.withLock { $0.counts.timedOut += 1 } }

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
    package func whenEmpty() async {
        let emptied = state.withLock { state -> FirstValue<Void>? in
            guard !state.open.isEmpty else { return nil }
            state.emptied = state.emptied ?? FirstValue()
            return state.emptied
        }
        await emptied?.value
    }
}
