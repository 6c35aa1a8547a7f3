/// How long to wait after failures in a row. Pure: the randomness comes from outside.
package struct RetryPolicy: Sendable, Equatable {
    /// The least wait after the first failure.
    package var initial = Duration.milliseconds(500)
    /// The most that growing waits reach.
    package var maximum = Duration.seconds(30)
    /// The wait where trying again is hopeless until somebody changes something.
    package var hopeless = Duration.seconds(300)
    /// The most a server's own wish is granted.
    package var longestWish = Duration.seconds(3600)
    /// Failures in a row that open the circuit.
    package var failuresToOpen = 5
    /// The least that an open circuit stays open the first time, and the most that it reaches when probes go on
    /// failing.
    package var firstRest = Duration.seconds(20)
    package var longestRest = Duration.seconds(300)

    package init() {}

    /// The wait after `failures` failures in a row (1 for the first). It doubles from failure to failure and is drawn
    /// evenly from the upper half of its range, so that clients which failed together do not return together. A wait
    /// that the server asked for is never undercut.
    package func delay(
        afterFailures failures: Int, _ retry: InterpreterError.Retry, using random: inout some RandomNumberGenerator
    ) -> Duration {
        let doublings = min(max(failures, 1), 32)
        let ceiling = min(maximum, initial * Int(1 << doublings))
        let backoff = max(initial, ceiling * Double.random(in: 0.5...1, using: &random))
        return switch retry {
        case .backoff: backoff
        case .after(let wish): max(backoff, min(wish, longestWish))
        case .hardlyEver: hopeless
        }
    }

    /// How long the circuit stays open after it opened `openings` times in a row before: twice as long each time, with
    /// up to a quarter added, so that clients which failed together do not probe together.
    package func rest(afterOpenings openings: Int, using random: inout some RandomNumberGenerator) -> Duration {
        let base = min(longestRest, firstRest * Int(1 << min(openings, 16)))
        return min(longestRest, base * Double.random(in: 1...1.25, using: &random))
    }
}
