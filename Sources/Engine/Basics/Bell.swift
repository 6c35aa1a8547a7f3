import Glibc

/// What a thread that only waits is woken by. It waits by the monotonic clock: Dispatch's semaphores wait by the wall
/// clock on Linux, and when that is set back an hour, a second takes an hour.
package final class Bell: Sendable {
    private struct Parts {
        var lock = pthread_mutex_t()
        var condition = pthread_cond_t()
        /// Read and written under the lock.
        var isRung = false
    }
    /// Fixed in memory, as the C library wants it.
    private nonisolated(unsafe) let parts = UnsafeMutablePointer<Parts>.allocate(capacity: 1)

    package init() {
        parts.initialize(to: Parts())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_mutex_init(&parts.pointee.lock, nil)
        pthread_cond_init(&parts.pointee.condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(&parts.pointee.condition)
        pthread_mutex_destroy(&parts.pointee.lock)
        parts.deallocate()
    }

    package func ring() {
        pthread_mutex_lock(&parts.pointee.lock)
        parts.pointee.isRung = true
        pthread_mutex_unlock(&parts.pointee.lock)
        pthread_cond_signal(&parts.pointee.condition)
    }

    /// Returns when it was rung since the last time, or after so many seconds (a day at the most); whether it was.
    /// Several rings are one.
    @discardableResult
    package func wait(seconds: Double = .infinity) -> Bool {
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        let nanoseconds = end.tv_nsec + Int(min(86_400, max(0, seconds)) * 1e9)
        end.tv_sec += nanoseconds / 1_000_000_000
        end.tv_nsec = nanoseconds % 1_000_000_000
        pthread_mutex_lock(&parts.pointee.lock)
        defer { pthread_mutex_unlock(&parts.pointee.lock) }
        while !parts.pointee.isRung {
            if pthread_cond_timedwait(&parts.pointee.condition, &parts.pointee.lock, &end) == ETIMEDOUT { break }
        }
        defer { parts.pointee.isRung = false }
        return parts.pointee.isRung
    }
}
