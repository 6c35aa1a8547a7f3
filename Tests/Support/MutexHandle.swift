#if SANITIZED
import Glibc
import Synchronization

/// How a `Mutex` is waited for, where the thread sanitizer can see it. The quick ways are compiled into who uses it and
/// so are seen; who finds it taken waits in Swift's own library, which is not built for the sanitizer, and what two
/// threads then do one after the other looks like a race. A program's own function of a name goes before a library's:
/// these two take the place of the library's. As nobody sleeps in the kernel, nobody is to be woken there either, and
/// the library's way of waking is never asked for.
extension _MutexHandle {
    @_silgen_name("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF")
    public borrowing func waitForIt(_ thread: UInt32) {
        while !unsafeTryLock() { sched_yield() }
    }

    @_silgen_name("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF")
    public borrowing func tryAgain() -> Bool { false }
}
#endif
