import Synchronization

/// Body bytes of one request, counted where they move and read by whoever draws them. Relaxed: a reader may see a
/// figure that is a moment old, and nothing waits for anything.
final class LaneMeter: Sendable {
    private let sentBytes = Atomic<Int>(0)
    private let receivedBytes = Atomic<Int>(0)

    var sent: Int { sentBytes.load(ordering: .relaxed) }
    var received: Int { receivedBytes.load(ordering: .relaxed) }

    func addSent(_ count: Int) { sentBytes.wrappingAdd(count, ordering: .relaxed) }
    func addReceived(_ count: Int) { receivedBytes.wrappingAdd(count, ordering: .relaxed) }
}
