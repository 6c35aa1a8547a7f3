import Games
import Record

/// What a person may ask of a running session.
package enum EngineCommand: Sendable, Equatable {
    /// Ends the session in order. Asked again while cleanup runs: shortens every deadline to zero.
    case stop(StopReason)
    case togglePause
    /// Lets one decision through, then pauses.
    case step
    /// The first perspective of the interpreter moves on to the next mode.
    case nextPerspective
    /// A realtime game runs so many times faster than it does now.
    case changeSpeed(times: Double)
    case toggleDryRun
    /// Somebody looks at the picture closely, or does no more: a real game is shown as often as it gives pictures.
    case lookClosely(Bool)
    /// Silences the voice at once, or lets it speak again.
    case toggleMute
    /// The person drives: the agent's decisions are refused until it is given back.
    case takeOver(Bool)
    /// A key of the person who drives.
    case operatorInput(GameInput)
    /// Releases every key and holds all input.
    case panic

    /// It is about what is pressed: there is no use for it in a game that is only watched.
    var needsKeys: Bool {
        switch self {
        case .step, .toggleDryRun, .takeOver, .operatorInput, .panic: true
        case .stop, .togglePause, .nextPerspective, .changeSpeed, .toggleMute, .lookClosely: false
        }
    }
}
