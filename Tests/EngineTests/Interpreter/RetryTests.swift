import Testing

@testable import Basics
@testable import Connections
@testable import Engine

@Suite("Backoff and errors", .shared)
struct RetryTests {
    @Test("waits grow from half a second to thirty, and never beyond")
    func growth() {
        var jitter = SeededGenerator(seed: 7)
        let policy = RetryPolicy()
        for failures in 1...100 {
            let delay = policy.delay(afterFailures: failures, .backoff, using: &jitter).seconds
            let ceiling = failures < 6 ? Double(1 << failures) / 2 : 30
            #expect(delay >= min(ceiling / 2, 15) && delay >= 0.5 && delay <= min(ceiling * 1.001, 30))
        }
    }

    @Test("the same seed gives the same waits, another gives others")
    func seeded() {
        func waits(_ seed: UInt64) -> [Duration] {
            var jitter = SeededGenerator(seed: seed)
            return (1...8).map { RetryPolicy().delay(afterFailures: $0, .backoff, using: &jitter) }
        }
        #expect(waits(3) == waits(3))
        #expect(waits(3) != waits(4))
    }

    @Test("a server's wish is granted at least, within reason")
    func wishes() {
        var jitter = SeededGenerator(seed: 1)
        let policy = RetryPolicy()
        #expect(policy.delay(afterFailures: 1, .after(.seconds(36)), using: &jitter) == .seconds(36))
        #expect(policy.delay(afterFailures: 9, .after(.seconds(1)), using: &jitter) >= .seconds(15))
        #expect(policy.delay(afterFailures: 1, .after(.seconds(1e8)), using: &jitter) == policy.longestWish)
        #expect(policy.delay(afterFailures: 1, .hardlyEver, using: &jitter) == policy.hopeless)
    }

    private static let down = InterpreterError.transport(
        HTTPFailure(.connect(["127.0.0.1: refused"]), phase: .connecting, origin: nil))

    @Test("every error says something to the operator")
    func descriptions() {
        let errors: [InterpreterError] = [
            Self.down, .refused(.init(code: 404, message: "m", status: "NOT_FOUND"), status: 404),
            .interrupted(.init()), .blocked(reason: "x"), .noText(finishReason: "MAX_TOKENS"), .noAnswer,
            .foreign(status: 502, excerpt: "x"), .malformed("x"), .tooLong(bound: 3), .unusable("x"), .picture("x"),
            .unexpected("x"),
        ]
        #expect(Set(errors.map(\.description)).count == errors.count)
        #expect(errors[0].description.hasPrefix("connecting: "))
        #expect(errors[1].description.contains("--model"))
    }
}
