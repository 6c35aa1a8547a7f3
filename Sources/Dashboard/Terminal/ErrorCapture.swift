import CNcurses
import Glibc
import Synchronization

// What was read out of the pipe: plain memory, so that a signal handler can show it.
nonisolated(unsafe) private var kept: UnsafeMutablePointer<UInt8>?
nonisolated(unsafe) private var keptCount = 0
// Held from before the pipe is read until what was read is counted: between the two it is nowhere to be found, and the
// words of a crash are what wakes the thread that reads.
nonisolated(unsafe) private var isCollecting: UnsafeMutablePointer<Atomic<Bool>>?

/// Keeps what is printed to standard error off the screen while it is drawn on, and shows it afterwards: a library's
/// complaint would tear the picture, and would be gone with it. It is kept in memory, the newest of it: a pipe that
/// nobody waits for, and what was read out of that.
struct ErrorCapture {
    /// Bytes that are kept besides what is in the pipe (as many again).
    static let bound = 64 * 1024

    private let standardError: Int32
    /// Where standard error went before; -1 when it is not captured.
    private(set) var original: Int32 = -1
    /// The end of the pipe that is read.
    private(set) var reader: Int32 = -1
    private var writer: Int32 = -1
    /// Bytes that had to make room for newer ones.
    private var lost = 0

    init(_ standardError: Int32 = STDERR_FILENO) { self.standardError = standardError }

    /// Redirects standard error if it goes to a terminal; a person who sent it elsewhere wants it there.
    mutating func begin() {
        guard original < 0, isatty(standardError) == 1 else { return }
        var ends: [Int32] = [-1, -1]
        // Whoever writes must never wait for the thread that draws, which may be the one that writes.
        guard pipe2(&ends, O_NONBLOCK | O_CLOEXEC) == 0 else { return }
        (reader, writer) = (ends[0], ends[1])
        original = fcntl(standardError, F_DUPFD_CLOEXEC, 3)
        guard original >= 0 else { return forget() }
        if kept == nil {
            kept = .allocate(capacity: Self.bound)
            isCollecting = .allocate(capacity: 1)
            isCollecting?.initialize(to: Atomic(false))
        }
        resume()
    }

    /// Standard error goes to the pipe (again).
    func resume() {
        guard writer >= 0 else { return }
        fflush(nil)
        _ = dup2(writer, standardError)
    }

    /// Makes room in the pipe.
    mutating func collect() {
        guard let kept, let isCollecting, reader >= 0 else { return }
        isCollecting.pointee.store(true, ordering: .sequentiallyConsistent)
        defer { isCollecting.pointee.store(false, ordering: .sequentiallyConsistent) }
        while true {
            if keptCount == Self.bound {
                // The older half makes room: what was said last is what tells of an end.
                memmove(kept, kept + Self.bound / 2, Self.bound / 2)
                keptCount = Self.bound / 2
                lost += Self.bound / 2
            }
            let count = read(reader, kept + keptCount, Self.bound - keptCount)
            guard count > 0 else { return }
            keptCount += count
        }
    }

    /// Standard error goes where it went before, beginning with what was kept back.
    mutating func pause() {
        guard original >= 0 else { return }
        fflush(nil)
        _ = dup2(original, standardError)
        collect()
        if lost > 0 {
            let note = Array("(\(lost) bytes of earlier messages are left out)\n".utf8)
            _ = write(standardError, note, note.count)
        }
        if let kept { _ = write(standardError, kept, keptCount) }
        (keptCount, lost) = (0, 0)
    }

    mutating func end() {
        pause()
        forget()
    }

    /// As ``end()``, without showing anything: the terminal takes nothing, and must not be waited for.
    mutating func forget() {
        for descriptor in [original, reader, writer] where descriptor >= 0 { _ = Glibc.close(descriptor) }
        (original, reader, writer) = (-1, -1, -1)
    }

    /// Shows what is kept from inside a signal handler: system calls only. `buffer` is memory for `size` bytes.
    static func show(original: Int32, reader: Int32, buffer: UnsafeMutableRawPointer, size: Int) {
        guard original >= 0, reader >= 0 else { return }
        _ = dup2(original, STDERR_FILENO)
        waitForCollector()
        if let kept { _ = write(STDERR_FILENO, kept, keptCount) }
        while true {
            let count = read(reader, buffer, size)
            if count <= 0 { return }
            _ = write(STDERR_FILENO, buffer, count)
        }
    }

    /// Not for long: the one that crashed may be the one that collects.
    private static func waitForCollector() {
        for _ in 0..<200 where isCollecting?.pointee.load(ordering: .sequentiallyConsistent) == true {
            _ = poll(nil, 0, 1)
        }
    }
}
