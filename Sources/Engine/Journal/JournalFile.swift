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
        descriptor = try Self.held(path)
    }

    /// Makes a file and holds it. Between the two it may be held by others for a moment: who lists sessions looks
    /// whether their writers live, and who makes room in the folder removes what nobody holds.
    private static func held(_ path: String) throws(JournalError) -> Int32 {
        for _ in 0..<100 {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else {
                throw errno == EEXIST ? .exists(path: path) : .system("cannot create", path: path, code: errno)
            }
            let isLocked = lock(descriptor)
            if isLocked, !isRemoved(descriptor) { return descriptor }
            close(descriptor)
            guard isLocked else {
                unlink(path)
                break
            }
        }
        throw .held(path: path)
    }

    /// Tries for a second: flock(2) knows no time limit, and a reader that looks whether it is free holds it for an
    /// instant. Where there are no locks (some network file systems) it is written all the same.
    private static func lock(_ descriptor: Int32) -> Bool {
        for _ in 0..<1000 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK { return true }
            usleep(1000)
        }
        return false
    }

    /// Whether no name leads to a file any more: what is written to it is gone with its writer.
    private static func isRemoved(_ descriptor: Int32) -> Bool {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && facts.st_nlink == 0
    }

    /// One that is written to something else than a file of its own, such as a pipe.
    init(path: String, descriptor: Int32) { (self.path, self.descriptor) = (path, descriptor) }

    deinit { close(descriptor) }

    /// Bytes of the disk that are set aside for the last lines: a session can tell its end on a disk that has run full.
    private static let reserve = 128 << 10

    /// Adds whole lines; all of them or none. The last lines take what was set aside for them.
    /// - Throws: why not, such as a full disk. What was written in part is taken back, or ended where that is not
    ///   possible: a reader passes over half a line.
    mutating func append(_ lines: [UInt8], isLast: Bool = false) throws(JournalError) {
        if Self.isRemoved(descriptor) { throw .removed(path: path) }
        if !isLast { try setAside(lines.count + Self.reserve) }
        defer { if isLast { ftruncate(descriptor, off_t(size)) } }
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

    /// Sees to it that so many bytes can be added. Where the file system cannot say, they may not fit.
    private func setAside(_ bytes: Int) throws(JournalError) {
        let keepsSize: Int32 = 1  // FALLOC_FL_KEEP_SIZE
        guard let allocate = Self.allocate, allocate(descriptor, keepsSize, off_t(size), off_t(bytes)) != 0,
            errno == ENOSPC || errno == EDQUOT
        else { return }
        throw .system("cannot write", path: path, code: errno)
    }

    /// fallocate(2), an extension that the module of the C library leaves out.
    private static let allocate = dlsym(nil, "fallocate").map {
        unsafeBitCast($0, to: (@convention(c) (Int32, Int32, off_t, off_t) -> Int32).self)
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
