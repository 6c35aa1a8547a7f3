import NIOPosix
import NIOCore
import Synchronization

@testable import Engine

/// Returns when the condition holds, or the test is out of time. For what changes outside of this process or tells
/// nobody. It is looked at from an event loop, so that no thread of the tests is kept busy.
func poll(_ condition: @escaping @Sendable () -> Bool) async {
    let isCancelled = Mutex(false)
    await withTaskCancellationHandler {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            @Sendable func look(on loop: any EventLoop) {
                if condition() || isCancelled.withLock({ $0 }) { return continuation.resume() }
                loop.scheduleTask(in: .microseconds(500)) { look(on: loop) }
            }
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            loop.execute { look(on: loop) }
        }
    } onCancel: {
        isCancelled.withLock { $0 = true }
    }
}
