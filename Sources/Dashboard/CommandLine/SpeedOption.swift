import ArgumentParser
import Engine
import Games

/// `--speed`: how many times faster than life the embedded game runs, or `max` for lock-step.
struct SpeedOption: ExpressibleByArgument, Equatable {
    let speed: GameSpeed

    init(_ speed: GameSpeed) { self.speed = speed }

    init?(argument: String) {
        if argument == "max" {
            speed = .lockStep
        } else if let factor = Double(argument.hasSuffix("x") ? String(argument.dropLast()) : argument),
            GameSpeed.range.contains(factor)
        {
            speed = .realtime(factor)
        } else {
            return nil
        }
    }

    var defaultValueDescription: String {
        switch speed {
        case .realtime(let factor): "\(factor)"
        case .lockStep: "max"
        }
    }
}
