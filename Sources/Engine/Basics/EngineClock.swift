import Glibc

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

extension Double {
    /// Rounded to whole millionths: what is told of a measurement in seconds. No clock here knows more, and digits that
    /// mean nothing would be most of a journal.
    package var toMicro: Double {
        let scaled = (self * 1e6).rounded()
        // Beyond this a number holds no millionths.
        return scaled.magnitude < 9e15 ? scaled / 1e6 : self
    }

    /// Rounded to so many digits.
    package func toDigits(_ digits: Int) -> Double {
        guard self != 0, isFinite else { return self }
        let power = log10(magnitude).rounded(.down) - Double(digits - 1)
        let scale = pow(10, power.magnitude)
        return power >= 0 ? (self / scale).rounded() * scale : (self * scale).rounded() / scale
    }

    /// Rounded to whole thousandths.
    package var toMillis: Double { (self * 1e3).rounded() / 1e3 }
}
