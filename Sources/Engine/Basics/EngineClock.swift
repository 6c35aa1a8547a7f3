/// The time the engine lives by. Every wait and every time stamp goes through one of these, so that a test can drive
/// it; `ContinuousClock` is the one that production uses.
///
/// The instant type is fixed to `ContinuousClock.Instant`, which makes `any EngineClock` usable as a plain value:
/// instants of the real and of a manual clock can be compared, stored and subtracted without generics.
public protocol EngineClock: Clock, Sendable
where Instant == ContinuousClock.Instant, Duration == Swift.Duration {}

extension ContinuousClock: EngineClock {}

extension Duration {
    /// The duration in seconds, for display and for arithmetic that needs a floating-point number.
    package var seconds: Double {
        let (whole, atto) = components
        return Double(whole) + Double(atto) * 1e-18
    }

    /// The duration in milliseconds, for display.
    package var milliseconds: Double { seconds * 1000 }
}
