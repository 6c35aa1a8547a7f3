/// What the heartbeat of a loop says of it. A frozen loop tells nothing: it is known by the time.
package enum LoopHealth: Sendable, Equatable {
    case beating, late, dead, resting, unborn
}

extension LoopStatus {
    /// Silent for more than twice its interval is late, more than five times is dead. One that failed is late until it
    /// is started again, and dead when it is not. `over`: the session is closing, and no loop beats any more.
    package func health(at now: Double, over: Bool = false) -> LoopHealth {
        if isDead { return .dead }
        if over { return .resting }
        if failure != nil { return .late }
        if isResting { return .resting }
        guard beats > 0 else { return .unborn }
        guard interval > 0 else { return .beating }
        let silence = now - lastBeat
        return silence > 5 * interval ? .dead : silence > 2 * interval ? .late : .beating
    }
}
