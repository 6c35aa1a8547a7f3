import Basics
import Synchronization

/// A one-place mailbox in which the newest value wins. What was not taken in time is overwritten: an old picture of a
/// game is worth nothing, and a queue of them worth less. One task at a time may take.
package final class NewestSlot<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let news = Wakeup()

    package init() {}

    /// Leaves a value for whoever takes next.
    /// - Returns: The value that this overwrote, which nobody had taken.
    @discardableResult
    package func put(_ new: Value) -> Value? {
        let overwritten = value.withLock { value in
            defer { value = new }
            return value
        }
        news.signal()
        return overwritten
    }

    /// Takes the value, waiting for one if there is none. Throws `CancellationError` when the task is cancelled; a
    /// value is then left for the next taker.
    package func take() async throws -> Value {
        while true {
            try Task.checkCancellation()
            if let value = value.withLock({ $0.take() }) { return value }
            await news.wait()
        }
    }

    /// Throws away a value that nobody has taken.
    package func clear() { value.withLock { $0 = nil } }
}
