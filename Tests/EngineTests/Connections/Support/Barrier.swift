import Dispatch

@testable import Basics
@testable import Connections

/// Blocks a thread until told: for an event loop that has to stand still.
final class Barrier: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func wait() { semaphore.wait() }
    func signal() { semaphore.signal() }
}
