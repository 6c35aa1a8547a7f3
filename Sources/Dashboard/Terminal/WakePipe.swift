import CNcurses
import Glibc
import Synchronization

/// Wakes the thread that draws, from any other. However often it is signalled, one byte is in flight until the drawing
/// thread asks for more: a busy engine costs one wake-up a frame.
package final class WakePipe: Sendable {
    let reader: Int32
    let writer: Int32
    private let isSignalled = Atomic<Bool>(false)

    /// Throws `errno` as a sentence when the process is out of file descriptors.
    package init() throws(WakePipeError) {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_NONBLOCK | O_CLOEXEC) == 0 else { throw WakePipeError(code: errno) }
        reader = ends[0]
        writer = ends[1]
    }

    deinit {
        close(reader)
        close(writer)
    }

    /// Says that there is something new to draw. Never blocks.
    package func signal() {
        guard !isSignalled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 1
        // A full pipe has woken the reader already.
        _ = write(writer, &byte, 1)
    }

    /// Takes the bytes out without asking for new ones: what is signalled meanwhile is folded into the next frame.
    func drain() {
        var bytes = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        while withUnsafeMutableBytes(of: &bytes, { read(reader, $0.baseAddress, $0.count) }) > 0 {}
    }

    /// Asks to be woken again by the next signal. Called before the state is looked at, so that nothing is missed.
    package func rearm() {
        isSignalled.store(false, ordering: .sequentiallyConsistent)
    }
}

package struct WakePipeError: Error, CustomStringConvertible {
    package let code: Int32
    package var description: String { "cannot make a pipe: \(String(cString: strerror(code)))" }
}
