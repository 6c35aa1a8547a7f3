import ArgumentParser
import Basics
import Games

/// A time on the command line: `250ms`, `90`, `90s`, `5m`, `1.5h`. A bare number means seconds.
struct TimeSpan: ExpressibleByArgument, Equatable {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        let number = argument.prefix { $0.isNumber || $0 == "." }
        let unit = argument[number.endIndex...]
        guard let value = Double(number), value.isFinite, let seconds = Self.units[String(unit)] else { return nil }
        guard value * seconds <= Self.longest else { return nil }
        duration = .nanoseconds(Int64((value * seconds * 1e9).rounded()))
    }

    /// For `--help`: whole seconds where they are, else milliseconds.
    var defaultValueDescription: String {
        let milliseconds = Int((duration.seconds * 1000).rounded())
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }

    private static let units: [String: Double] = [
        "": 1, "s": 1, "ms": 0.001, "m": 60, "min": 60, "h": 3600, "d": 86_400,
    ]
    /// A year: longer than any run, and far from where nanoseconds overflow.
    private static let longest = 366.0 * 86_400
}

extension GameSpeed: ExpressibleByArgument {
    /// How many times faster than life the embedded game runs, or `max` for lock-step.
    package init?(argument: String) {
        if argument == "max" {
            self = .lockStep
        } else if let factor = Double(argument.hasSuffix("x") ? String(argument.dropLast()) : argument),
            Self.range.contains(factor)
        {
            self = .realtime(factor)
        } else {
            return nil
        }
    }

    package var defaultValueDescription: String {
        switch self {
        case .realtime(let factor): "\(factor)"
        case .lockStep: "max"
        }
    }
}
