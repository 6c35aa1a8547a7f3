import CNcurses
import Glibc

/// Bytes on their way to the terminal. Never waits: what a slow terminal does not take is kept, and whoever draws asks
/// first whether the last frame has gone out.
package struct TerminalOutput {
    let descriptor: Int32
    private var pending: [UInt8] = []
    private var sent = 0
    /// Nothing can be written any more.
    private(set) var isBroken = false
    /// Bytes the terminal has taken.
    private(set) var written = 0

    /// Opens the terminal that `standard` is once more: not waiting is a property of the opening, and the shell shares
    /// the one it gave us.
    package init(_ standard: Int32) {
        let flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let own = open("/proc/self/fd/\(standard)", flags)
        // A terminal of somebody else (after su) cannot be opened. Then a stall makes the screen wait, as everywhere.
        descriptor = own >= 0 ? own : fcntl(standard, F_DUPFD_CLOEXEC, 3)
        pending.reserveCapacity(64 * 1024)
    }

    package func close() { _ = Glibc.close(descriptor) }

    /// The terminal has not taken everything yet.
    var isBusy: Bool { sent < pending.count && !isBroken }

    mutating func send(_ bytes: some Sequence<UInt8>) {
        guard !isBroken else { return }
        pending.append(contentsOf: bytes)
        push()
    }

    package mutating func send(_ text: String) { send(text.utf8) }

    /// Writes what the terminal takes now.
    mutating func push() {
        while isBusy {
            let count = pending.withUnsafeBytes { write(descriptor, $0.baseAddress! + sent, $0.count - sent) }
            if count > 0 {
                sent += count
                written += count
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                isBroken = true
            }
        }
        pending.removeAll(keepingCapacity: true)
        sent = 0
    }

    /// Waits until everything has gone out, for so many seconds at the most; false when it has not.
    package mutating func finish(within seconds: Double) -> Bool {
        push()
        // Counted in steps: a clock could be stopped together with the program.
        var steps = Int(seconds / 0.05)
        while isBusy, steps > 0 {
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let count = poll(&ready, 1, 50)
            if count == 0 || (count > 0 && Int32(ready.revents) & POLLOUT == 0) { steps -= 1 }
            push()
        }
        return !isBusy && !isBroken
    }
}

/// Where curses writes to: a file in memory, so that a frame is taken as a whole and curses never waits.
struct CursesSink {
    private let descriptor: Int32
    let file: UnsafeMutablePointer<FILE>

    /// `nil` when the process is out of descriptors.
    init?() {
        descriptor = memfd_create("screen", 1)  // close on exec
        guard descriptor >= 0, let file = fdopen(descriptor, "w") else { return nil }
        self.file = file
    }

    func close() { fclose(file) }

    /// What curses has written since the last time.
    func take() -> [UInt8] {
        fflush(file)
        let length = Int(lseek(descriptor, 0, SEEK_CUR))
        guard length > 0 else { return [] }
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, length, 0))
        }
        // Kept as long as it is: its pages are written over by the next frame.
        lseek(descriptor, 0, SEEK_SET)
        return bytes
    }
}
