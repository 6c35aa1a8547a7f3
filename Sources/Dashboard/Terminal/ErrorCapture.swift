import CNcurses
import Glibc

/// Keeps what is printed to standard error off the screen while it is drawn on, and shows it afterwards: a library's
/// complaint would tear the picture, and would be gone with it.
struct ErrorCapture {
    /// Where standard error went before; -1 when it is not captured.
    private(set) var original: Int32 = -1
    private(set) var file: Int32 = -1
    private var shown = 0

    /// Redirects standard error if it goes to a terminal; a person who sent it elsewhere wants it there.
    mutating func begin() {
        guard original < 0, isatty(STDERR_FILENO) == 1 else { return }
        // Not TMPDIR: that may be a folder that is gone, or a slow one, and the name lives for a moment only.
        var path = Array("/tmp/singularis-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { return }
        // Gone from the folder at once: the descriptor is enough, and nothing stays behind after a crash.
        _ = unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_APPEND)
        let saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        guard saved >= 0 else {
            _ = Glibc.close(descriptor)
            return
        }
        original = saved
        file = descriptor
        resume()
    }

    /// Standard error goes to the file (again).
    func resume() {
        guard file >= 0 else { return }
        fflush(nil)
        _ = dup2(file, STDERR_FILENO)
    }

    /// Standard error goes where it went before, beginning with what was kept back.
    mutating func pause() {
        guard original >= 0 else { return }
        fflush(nil)
        _ = dup2(original, STDERR_FILENO)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = pread(file, &buffer, buffer.count, shown)
            guard count > 0 else { break }
            _ = write(STDERR_FILENO, buffer, count)
            shown += count
        }
    }

    /// As ``end()``, without showing anything: the terminal takes nothing, and must not be waited for.
    mutating func abandon() {
        guard original >= 0 else { return }
        _ = Glibc.close(original)
        _ = Glibc.close(file)
        original = -1
        file = -1
    }

    mutating func end() {
        guard original >= 0 else { return }
        pause()
        _ = Glibc.close(original)
        _ = Glibc.close(file)
        original = -1
        file = -1
    }
}
