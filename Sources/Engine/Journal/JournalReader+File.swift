import Basics
import FoundationEssentials
import Glibc

/// The journal as a file: where its lines are, without reading them.
extension JournalReader {
    /// The file's number and its present size.
    var identity: (file: UInt64, size: Int) {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return (0, 0) }
        return (UInt64(facts.st_ino), Int(facts.st_size))
    }

    /// Whether a keyframe of this time stands at a place.
    func isKeyframe(_ place: JournalIndex.Place) -> Bool {
        guard place.offset > 0 else { return false }
        let wanted = Array("\n{\"t\":\(JournalFormat.number(place.time)),\"\(SnapshotLine.keyframe.rawValue)\":\"".utf8)
        var found = [UInt8](repeating: 0, count: wanted.count)
        return pread(descriptor, &found, found.count, off_t(place.offset - 1)) == wanted.count && found == wanted
    }

    /// Looks at all whole lines from `offset` on, those that begin before `end`, without reading them.
    func scan(
        from offset: Int, to end: Int = .max, _ body: (ArraySlice<UInt8>, Int) -> Void
    ) throws(JournalError) {
        var room = min(1 << 20, max(64 << 10, end - offset))
        var start = offset
        while start < end {
            guard let buffer = Self.piece(descriptor, from: start, room) else {
                throw .system("cannot read", path: path, code: errno)
            }
            var line = 0
            while start + line < end, let newline = Self.newline(in: buffer, from: line, to: buffer.count) {
                if newline > line { body(buffer[line..<newline], start + line) }
                line = newline + 1
            }
            if line > 0 {
                start += line
            } else if buffer.count == room, room < JournalFormat.longestLine * 2 {
                // A line that is longer than the room for it.
                room *= 2
            } else {
                return
            }
        }
    }

    /// The last picture of a part of the file. No other line is read, and nothing is folded.
    package func lastPicture(in part: Range<Int>) throws(JournalError) -> (frame: UInt64, png: String)? {
        var last: [UInt8]?
        try scan(from: part.lowerBound, to: part.upperBound) { line, _ in
            guard let head = LineHead(line), head.name == "picture" else { return }
            last = Array(line[head.payload])
        }
        let picture = last.flatMap { try? JSON.decode(Picture.self, from: $0) }
        return picture.map { ($0.frame, $0.png) }
    }

    static func newline(in buffer: [UInt8], from start: Int, to end: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, start < end,
                let found = memchr(base + start, Int32(UInt8(ascii: "\n")), end - start)
            else { return nil }
            return base.distance(to: UnsafeRawPointer(found))
        }
    }

    /// So many bytes, or as many as there are; `nil` when they cannot be read.
    static func piece(_ descriptor: Int32, from start: Int, _ size: Int) -> [UInt8]? {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { room, initializedCount in
            count = pread(descriptor, room.baseAddress, size, off_t(start))
            initializedCount = max(0, count)
        }
        return count < 0 ? nil : bytes
    }

    static func header(_ descriptor: Int32, _ path: String) throws(JournalError) -> JournalHeader {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .system("cannot read", path: path, code: errno) }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw .notAJournal(path: path, why: "it is no file") }
        guard let start = piece(descriptor, from: 0, 64 << 10) else {
            throw .system("cannot read", path: path, code: errno)
        }
        guard !start.isEmpty else { throw .notAJournal(path: path, why: "it is empty") }
        guard let end = newline(in: start, from: 0, to: start.count) else {
            throw .notAJournal(path: path, why: "its first line has no end")
        }
        guard start.starts(with: #"{"singularis":"#.utf8),
            let line = try? JSON.decode(JournalHeader.Line.self, from: start[..<end])
        else { throw .notAJournal(path: path, why: "its first line is not the header of one") }
        return line.singularis
    }
}
