import Glibc

/// The file of a session: only added to, readable by its owner alone, and held by an advisory lock while it is written.
/// Whoever reads it can tell by the lock whether its writer lives.
struct JournalFile: ~Copyable {
    let path: String
    private let descriptor: Int32
    /// Bytes of whole lines.
    private(set) var size = 0

    /// Makes a new file.
    /// - Throws: ``JournalError``; never takes a file that exists.
    init(creating path: String) throws(JournalError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST ? .exists(path: path) : .system("cannot create", path: path, code: errno)
        }
        // Where there are no locks (some network file systems) it is written all the same.
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { throw .held(path: path) }
    }

    /// One that is written to something else than a file of its own, such as a pipe.
    init(path: String, descriptor: Int32) { (self.path, self.descriptor) = (path, descriptor) }

    deinit { close(descriptor) }

    /// Adds whole lines; all of them or none.
    /// - Throws: why not, such as a full disk. What was written in part is taken back, or ended where that is not
    ///   possible: a reader passes over half a line.
    mutating func append(_ lines: [UInt8]) throws(JournalError) {
        var written = 0
        while written < lines.count {
            let count = lines.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if count > 0 { written += count; continue }
            if count < 0, errno == EINTR { continue }
            let code = count == 0 ? EIO : errno
            if written > 0, ftruncate(descriptor, off_t(size)) != 0 { _ = write(descriptor, "\n", 1) }
            throw .system("cannot write", path: path, code: code)
        }
        size += lines.count
    }

    /// Bytes that are left on its disk for who runs this; `nil` where that cannot be said, as of a pipe.
    var free: Int? {
        var disk = statvfs()
        guard fstatvfs(descriptor, &disk) == 0, disk.f_blocks > 0 else { return nil }
        return Int(clamping: UInt64(disk.f_bavail).multipliedReportingOverflow(by: UInt64(disk.f_frsize)).partialValue)
    }

    /// Returns when everything is on the disk.
    func sync() throws(JournalError) {
        // What cannot be synced, such as a pipe, says EINVAL.
        if fdatasync(descriptor) != 0, errno != EINVAL, errno != EROFS {
            throw .system("cannot sync", path: path, code: errno)
        }
    }
}
