import FoundationEssentials
import Glibc

/// Files that are read and written as a whole.
package enum WholeFile {
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let path: String
        package let code: Int32
        package init(_ path: String, _ code: Int32 = errno) { (self.path, self.code) = (path, code) }
        package var isMissing: Bool { code == ENOENT }
        package var description: String { "\(path): \(String(cString: strerror(code)))" }
    }

    /// The bytes of a file of at most `limit` bytes. Blocks.
    /// - Throws: `EFBIG` when it is larger, `EINVAL` when it is no file but, say, a folder or a pipe.
    package static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw Failure(path) }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0 else { throw Failure(path) }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw Failure(path, EINVAL) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(path) }
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
            guard bytes.count <= limit else { throw Failure(path, EFBIG) }
        }
    }

    /// Puts `bytes` in place of whatever was at `path`, so that at any moment, also after a crash or a power cut, there
    /// is the old or the new file and never a part of one. Of several writers the last wins. Blocks.
    /// `beforeRename` is for tests: what was written is whole then, and the old file still in its place.
    package static func replace(
        _ path: String, with bytes: [UInt8], beforeRename: (String) throws(Failure) -> Void = { _ throws(Failure) in }
    ) throws(Failure) {
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure(path) }
        do throws(Failure) {
            try write(bytes, to: file, path)
            guard fsync(file) == 0 else { throw Failure(path) }
        } catch {
            close(file)
            unlink(temporary)
            throw error
        }
        close(file)
        do throws(Failure) {
            try beforeRename(temporary)
            guard rename(temporary, path) == 0 else { throw Failure(path) }
        } catch {
            unlink(temporary)
            throw error
        }
        // The name is safe when the folder is.
        let folder = open(path.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Failure(path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Failure(path) }
    }

    /// Removes what processes that are gone left beside `path` in the middle of ``replace(_:with:beforeRename:)``.
    package static func removeLeftovers(of path: String) {
        let folder = path.folder
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let temporary = folder + "/" + name
            guard temporary.hasPrefix(path + "."), name.hasSuffix(".tmp"),
                let owner = pid_t(temporary.dropFirst(path.count + 1).prefix { $0 != "-" })
            else { continue }
            if kill(owner, 0) != 0, errno == ESRCH { unlink(temporary) }
        }
    }

    private static func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(path) }
            rest = rest.dropFirst(count)
        }
    }
}
