import Synchronization

/// A handler that is told later whom to call: for two parts that each need the other. Calls before that go nowhere.
final class LateHandler<Value: Sendable>: Sendable {
    private let handler = Mutex<(@Sendable (Value) -> Void)?>(nil)

    func set(_ handler: @escaping @Sendable (Value) -> Void) { self.handler.withLock { $0 = handler } }

    func call(_ value: Value) { handler.withLock { $0 }?(value) }
}
