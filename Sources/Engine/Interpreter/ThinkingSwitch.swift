import Synchronization

/// How far a model is asked to think less than it would by itself. Nothing is asked of a model until it has spent all
/// its tokens on thinking; then each of the dialect's ways to ask for less is tried once, from one request to the next,
/// and what a server refuses is given up. Shared by every client of an endpoint.
final class ThinkingSwitch: Sendable {
    private struct State {
        /// 0: nothing is asked.
        var step = 0
        var isSettled = false
        /// An answer came with this step: what is refused now is refused for something else.
        var isProven = false
    }
    /// How many ways there are.
    private let ways: Int
    private let state = Mutex(State())

    init(ways: Int) { self.ways = ways }

    /// The way to ask by now, from 1; 0 asks nothing.
    var step: Int { state.withLock { $0.step } }

    /// A request that was sent with a step gave nothing but thinking. True when the next asks for less.
    func spent(at sent: Int) -> Bool {
        state.withLock { state in
            // Another request may have moved it on meanwhile.
            guard state.step == sent else { return state.step > sent }
            guard !state.isSettled, sent < ways else { return false }
            state = State(step: sent + 1)
            return true
        }
    }

    /// A request that was sent with a step was answered.
    func worked(at sent: Int) { state.withLock { if $0.step == sent { $0.isProven = true } } }

    /// A request that was sent with a step was refused for it, or perhaps for it. True when the next is without.
    func refused(at sent: Int) -> Bool {
        state.withLock { state in
            guard sent > 0, !state.isProven else { return false }
            if state.step == sent { state = sent < ways ? State(step: sent + 1) : State(isSettled: true) }
            return true
        }
    }
}
