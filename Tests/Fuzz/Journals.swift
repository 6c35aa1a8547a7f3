import FoundationEssentials
import Glibc

@testable import Basics
@testable import Journal
@testable import Record

/// The lines of a session.
enum Journals {
    private static let header = Array(
        (#"{"singularis":{"format":1,"session":"s","settings":{"seed":"1"},"started":"2026-11-29T12:34:35Z","#
            + #""version":"1"}}"# + "\n").utf8)
    /// A file in memory without a name; it has a path for as long as it is open.
    private static let file: Int32 = {
        var path = Array("/dev/shm/singularis-fuzz-XXXXXX".utf8CString)
        let file = mkstemp(&path)
        precondition(file >= 0 && unlink(path) == 0, "a file in /dev/shm: error \(errno)")
        return file
    }()

    /// The bytes are what follows the header.
    @Sendable static func journal(_ bytes: [UInt8]) {
        let text = header + packed(bytes)
        precondition(ftruncate(file, 0) == 0 && pwrite(file, text, text.count, 0) == text.count)
        do {
            let reader = try JournalReader("/proc/self/fd/\(file)")
            while let line = try reader.next() { precondition(line.offset >= header.count) }
            var index = try JournalIndex(of: reader)
            try reader.seek(to: index.end / 2, &index)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// Snapshots are packed in a journal, and no input finds its way through that: where their JSON stands openly it is
    /// packed here.
    private static func packed(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var deflater = Deflater()
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if let head = LineHead(line), let kind = SnapshotLine(rawValue: head.name),
                line[head.payload].first == UInt8(ascii: "{")
            {
                if kind == .keyframe { deflater = Deflater() }
                let payload = Data(deflater.deflate(Array(line[head.payload]))).base64EncodedString()
                result += JournalFormat.line(head.time, head.name, Array("\"\(payload)\"".utf8))
            } else {
                result += line + [UInt8(ascii: "\n")]
            }
        }
        return result
    }
}
