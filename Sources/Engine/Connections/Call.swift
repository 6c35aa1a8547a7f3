import Synchronization

/// One request on its way through the pool, and the one place where it can be stopped.
///
/// The caller's cancellation, both deadlines and the closing of the pool all end here. The first of them wins and
/// names the failure; the stage that is running at that moment has left an action that ends it at once. A stop that
/// comes before the action is left runs it as soon as it is, so that none is ever lost.
final class Call: Sendable {
    enum Stop: Sendable { case cancelled, closed, connectTimeout, totalTimeout }
    typealias Action = @Sendable (any Error) -> Void

    private struct State {
        var origin: Origin
        var phase = Phase.queued
        var outcome = PoolTotals.Outcome.abandoned
        var stopped: (any Error)?
        var action: Action?
        var report: (@Sendable (Phase) -> Void)?
    }

    /// Counts up with every request the pool is given.
    let id: UInt64
    /// When the total budget runs out.
    let expires: Moment
    let meter = LaneMeter()
    private let state: Mutex<State>

    init(id: UInt64, origin: Origin, expires: Moment) {
        self.id = id
        self.expires = expires
        state = Mutex(State(origin: origin))
    }

    /// Changes when a redirect is followed.
    var origin: Origin { state.withLock { $0.origin } }
    /// How the call has ended, as far as is known.
    var outcome: PoolTotals.Outcome {
        get { state.withLock { $0.outcome } }
        set { state.withLock { $0.outcome = newValue } }
    }

    var phase: Phase { state.withLock { $0.phase } }
    /// Why the call was stopped, if it was.
    var stopped: (any Error)? { state.withLock { $0.stopped } }

    /// Throws when the call was stopped.
    func check() throws {
        if let stopped { throw stopped }
    }

    /// Says who hears of every phase that is entered from now on.
    func onPhase(_ report: @escaping @Sendable (Phase) -> Void) { state.withLock { $0.report = report } }

    /// Moves on to a later phase. A stopped call stays where it was stopped.
    func enter(_ phase: Phase) {
        let report = state.withLock { state -> (@Sendable (Phase) -> Void)? in
            guard state.phase.order < phase.order, state.stopped == nil else { return nil }
            state.phase = phase
            return state.report
        }
        report?(phase)
    }

    /// A failure of this call in the phase it is in.
    func failure(_ reason: HTTPFailure.Reason) -> HTTPFailure {
        let (phase, origin) = state.withLock { ($0.phase, $0.origin) }
        return HTTPFailure(reason, phase: phase, origin: origin)
    }

    /// Begins anew at another origin, after a redirect.
    func restart(at origin: Origin) {
        state.withLock { state in
            state.origin = origin
            if state.stopped == nil { state.phase = .queued }
            (state.action, state.report) = (nil, nil)
        }
    }

    /// Leaves the action that ends the present stage; it replaces the one of the stage before.
    func onStop(_ action: @escaping Action) {
        let stopped = state.withLock { state in
            state.action = action
            return state.stopped
        }
        if let stopped { action(stopped) }
    }

    func stop(_ stop: Stop) {
        let (action, error): (Action?, (any Error)?) = state.withLock { state in
            guard state.stopped == nil else { return (nil, nil) }
            let error = failure(of: stop, state.phase, state.origin)
            state.stopped = error
            return (state.action, error)
        }
        if let action, let error { action(error) }
    }

    /// Ends the present stage as a stop would, for a reason of the stage's own.
    func abort(_ error: any Error) { state.withLock { $0.action }?(error) }

    /// The request is over: a stop has nothing left to end, and what the action held is let go.
    func end() { state.withLock { ($0.action, $0.report) = (nil, nil) } }

    private func failure(of stop: Stop, _ phase: Phase, _ origin: Origin) -> any Error {
        switch stop {
        case .cancelled: CancellationError()
        case .closed: HTTPFailure(.closed, phase: phase, origin: origin)
        case .connectTimeout: HTTPFailure(.connectTimeout, phase: phase, origin: origin)
        case .totalTimeout: HTTPFailure(.totalTimeout, phase: phase, origin: origin)
        }
    }
}
