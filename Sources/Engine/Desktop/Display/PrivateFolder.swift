import FoundationEssentials
import Glibc

/// A folder that only this user can look into, gone when its owner says so.
struct PrivateFolder: Sendable {
    let path: String

    /// Makes it where temporary files are.
    init(environment: [String: String]) throws(DesktopError) {
        let parent = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        var template = Array("\(parent)/singularis-XXXXXX".utf8CString)
        // mkdtemp makes it with mode 0700.
        guard mkdtemp(&template) != nil else { throw .file(parent, why: String(cString: strerror(errno))) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
