import Glibc
import Testing

/// A small file system of our own: mounted where only a process of ours sees it, reached through that process, and gone
/// with it.
final class PrivateMount: Sendable {
    let path: String
    private let holder: HeadlessRun

    /// - Parameter options: of tmpfs, such as `size=200k` or `ro`.
    init(_ options: String) async throws {
        let script = "mount -t tmpfs -o '\(options)' none /mnt && echo ready && exec sleep 60"
        holder = try HeadlessRun("/usr/bin/unshare", ["-m", "/bin/sh", "-c", script])
        path = "/proc/\(holder.process.pid)/root/mnt"
        do {
            try await holder.until("the mount") { $0.outputLines == ["ready"] }
        } catch {
            await holder.close()
            throw error
        }
    }

    /// Writes a file until there is no room left.
    func fill() throws {
        let descriptor = open(path + "/filling", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError("open") }
        defer { Glibc.close(descriptor) }
        let page = [UInt8](repeating: 0, count: 512)
        while write(descriptor, page, page.count) > 0 {}
        guard errno == ENOSPC else { throw SystemError("write") }
    }

    func close() async { await holder.close() }

    /// Whether there can be one: that takes root, and a kernel that lets it mount.
    static func isPossible() async -> Bool {
        guard geteuid() == 0, let mount = try? await PrivateMount("size=16k") else { return false }
        await mount.close()
        return true
    }
    static let need: Comment = "needs root and the right to mount a tmpfs (unshare -m)"
}

/// Runs `body` with such a file system; whatever happens, it is gone when this returns.
func withPrivateMount(_ options: String, _ body: (PrivateMount) async throws -> Void) async throws {
    let mount = try await PrivateMount(options)
    do {
        try await body(mount)
    } catch {
        await mount.close()
        throw error
    }
    await mount.close()
}
