import Basics
import FoundationEssentials
import Glibc

/// Where things are in a journal: the keyframes that reading can start at, and what somebody looks for. It is made by
/// looking at the beginnings of all lines, and kept in a file beside the journal, which is only a note: it is made anew
/// when it does not fit, and goes on where it ended when the journal has grown.
package struct JournalIndex: Codable, Sendable, Equatable {
    static let suffix = ".index"
    /// Of the notes; others are made anew.
    private static let newest = 1

    /// A line, by when and where.
    package struct Place: Codable, Sendable, Equatable {
        package var time: Double
        package var offset: Int
    }

    /// What somebody looks for.
    package enum Mark: String, Codable, Sendable, CaseIterable {
        case failure, stuck, death
        /// A minute that cost more than three times what minutes cost before.
        case spendJump
    }

    package struct Marked: Codable, Sendable, Equatable {
        package var mark: Mark
        package var time: Double
        package var offset: Int
    }

    var index = Self.newest
    let session: String
    /// The file's number: another file of the same name is another journal.
    let file: UInt64
    /// Bytes that were looked at, whole lines.
    package private(set) var size = 0
    package private(set) var keyframes: [Place] = []
    /// In the order of time.
    package private(set) var marks: [Marked] = []
    /// Time of the last line.
    package private(set) var end = 0.0
    private var scan = MarkScan()

    /// The index of a journal: the one beside it as far as it can be trusted, and the rest by looking at the journal.
    /// - Throws: ``JournalError`` when the journal cannot be read.
    package init(of reader: JournalReader) throws(JournalError) {
        let path = reader.path + Self.suffix
        let (file, fileSize) = reader.identity
        let kept = Self.load(path)
        if let kept, kept.index == Self.newest, kept.session == reader.header.session, kept.file == file,
            kept.size <= fileSize, kept.keyframes.last.map({ reader.isKeyframe($0) }) ?? (kept.size == 0)
        {
            self = kept
        } else {
            (session, self.file) = (reader.header.session, file)
        }
        let before = size
        try extend(reader)
        // One that is made anew is kept at once; one that grows a little is not written all the time.
        if size - before > 1 << 20 || before == 0 { save(path) }
    }

    /// Looks at what was added to the journal since.
    package mutating func extend(_ reader: JournalReader) throws(JournalError) {
        try reader.scan(from: size) { line, offset in
            size = offset + line.count + 1
            guard let head = LineHead(line) else { return }
            end = max(end, head.time)
            if head.name == SnapshotLine.keyframe.rawValue {
                keyframes.append(Place(time: head.time, offset: offset))
            } else if let mark = scan.mark(head, line), marks.count < 100_000 {
                marks.append(Marked(mark: mark, time: head.time, offset: offset))
            }
        }
    }

    /// The last keyframe at or before a time; the first one when there is none.
    package func keyframe(before time: Double) -> Place? {
        var (low, high) = (0, keyframes.count)
        while low < high {
            let middle = (low + high) / 2
            if keyframes[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? keyframes[low - 1] : keyframes.first
    }

    // MARK: The file beside the journal

    private static func load(_ path: String) -> JournalIndex? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size < 32 << 20 else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: Int(facts.st_size))
        guard read(descriptor, &bytes, bytes.count) == bytes.count else { return nil }
        return try? JSON.decode(from: bytes)
    }

    /// Where it cannot be kept it is made again next time.
    private func save(_ path: String) {
        guard let bytes = try? JSON.encode(self) else { return }
        let draft = "\(path).\(getpid())"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        let isWhole = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
        close(descriptor)
        if !isWhole || rename(draft, path) != 0 { unlink(draft) }
    }
}

/// Finds the marks, line by line, without reading more of a line than it must.
private struct MarkScan: Codable, Equatable {
    private var deaths = 0
    private var failedAt: Double?
    /// The minute that money was last spent in, what it cost, and what all before it cost.
    private var minute = 0
    private var spent = 0
    private var spentBefore = 0
    private var isJump = false
    /// Sums stop here, whatever a journal says.
    private static let most = 1_000_000_000_000_000

    init() {}

    mutating func mark(_ head: LineHead, _ line: ArraySlice<UInt8>) -> JournalIndex.Mark? {
        switch head.name {
        case "endpointFailing": return failure(head.time)
        case "acted", "interpretationEnded", "closed":
            return line.holds(#""failed":{"#) || line.holds(#""timedOut":{"#) ? failure(head.time) : nil
        case "stuck": return line.holds(#""detected":{"#) ? .stuck : nil
        case "quality":
            let now = line.number(after: #""deaths":"#) ?? 0
            defer { deaths = now }
            return now > deaths ? .death : nil
        case "account":
            guard let cost = line.number(after: #""cost":"#) else { return nil }
            return spend(cost, at: head.time) ? .spendJump : nil
        default: return nil
        }
    }

    /// Failures one after another are one.
    private mutating func failure(_ time: Double) -> JournalIndex.Mark? {
        defer { failedAt = time }
        return failedAt.map { time - $0 > 10 } ?? true ? .failure : nil
    }

    private mutating func spend(_ cost: Int, at time: Double) -> Bool {
        let now = Int(time / 60)
        if now != minute {
            spentBefore = min(spentBefore + spent, Self.most)
            (minute, spent, isJump) = (now, 0, false)
        }
        spent = min(spent + cost, Self.most)
        guard !isJump, minute > 0, spent > 3 * spentBefore / minute, spentBefore > 0 else { return false }
        isJump = true
        return true
    }
}

extension ArraySlice<UInt8> {
    fileprivate func holds(_ text: StaticString) -> Bool { place(of: text) != nil }

    /// Behind where a text stands first.
    private func place(of text: StaticString) -> Int? {
        let length = text.utf8CodeUnitCount
        return withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, bytes.count >= length else { return nil }
            return (0...bytes.count - length).first { memcmp(base + $0, text.utf8Start, length) == 0 }
        }.map { startIndex + $0 + length }
    }

    fileprivate func number(after text: StaticString) -> Int? {
        guard let place = place(of: text) else { return nil }
        return Int(String(decoding: self[place...].prefix(15).prefix { (48...57).contains($0) }, as: UTF8.self))
    }
}
