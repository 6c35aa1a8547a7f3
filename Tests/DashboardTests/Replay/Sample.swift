import FoundationEssentials
import Glibc

@testable import Basics
@testable import Dashboard

/// The sample of a journal of some format, copied to where an index can be put beside it; gone with this.
final class Sample {
    let path: String
    let lines: [Data]
    private let folder: String
    private var descriptor: Int32 = -1

    /// - Parameter format: every format there has been has its own.
    /// - Parameter lines: only so many lines of it, as if the session had come no further.
    init(format: Int = 1, lines count: Int = .max) throws {
        let assets = try Assets.find(environment: [:], executable: CommandLine.arguments[0])
        let text = try assets.text("samples/format-\(format).jsonl")
        lines = text.split(separator: "\n").map { Data(($0 + "\n").utf8) }
        var template = Array("/tmp/singularis-replay-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemFailure(code: errno) }
        folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        path = folder + "/session.jsonl"
        try lines.prefix(count).reduce(into: Data()) { $0 += $1 }.write(to: URL(filePath: path))
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    struct SystemFailure: Error { let code: Int32 }

    /// Holds it as the session that writes it does.
    func hold() {
        descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
    }

    /// Writes lines as that session does.
    func append(_ range: Range<Int>) {
        for line in lines[range] { _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } }
    }

    /// The session is gone.
    func release() {
        close(descriptor)
        descriptor = -1
    }
}
