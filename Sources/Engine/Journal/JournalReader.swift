import FoundationEssentials
import Glibc
import Record

/// One line of a journal.
package struct JournalLine: Sendable {
    /// Seconds since the session started.
    package let time: Double
    /// Where it begins in the file, and how long it is with its end, in bytes.
    package let offset: Int
    package let length: Int
    package let content: Content

    package enum Content: Sendable {
        case event(EngineEvent)
        /// ``JournalReader/snapshot`` is now exactly what the session's was at this time.
        case keyframe, snapshot
        /// The same but for what is dense.
        case sample
        /// The picture behind a decision, by its frame's number, as PNG in base64.
        case picture(frame: UInt64, png: String)
        /// So many events could not be written.
        case dropped(Int)
        /// Of a later version.
        case unknown(String)
    }
}

/// Reads a journal line by line and folds it: ``snapshot`` is what the dashboard showed at that time.
///
/// Lines that are damaged are passed over and counted. A line without its end is not there yet: it may still be written,
/// and ``next()`` can be asked again.
package final class JournalReader {
    package let path: String
    package let header: JournalHeader
    /// What all lines up to here are folded to.
    package var snapshot: Snapshot { decoder.snapshot }
    /// Lines that could not be read, and lines of kinds that only a later version knows.
    package private(set) var damaged = 0
    package private(set) var unknown = 0
    /// Events that the journal says were lost.
    package private(set) var dropped = 0
    /// Figures may be missing, up to the next keyframe: a line that tells them was damaged.
    package var isIncomplete: Bool { decoder.hasLost }

    let descriptor: Int32
    private var decoder = SnapshotDecoder()
    private var buffer: [UInt8] = []
    /// Where the buffer begins in the file, and what of it is read.
    private var bufferStart = 0
    private var position = 0
    /// Bytes of a line that is too long to be one are being passed over.
    private var isSkipping = false

    /// - Throws: ``JournalError``: it cannot be read, or is no journal.
    package init(_ path: String) throws(JournalError) {
        self.path = path
        // O_NONBLOCK: opening a pipe must not wait for its writer.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system("cannot open", path: path, code: errno) }
        // While it is read it is not removed; while it is written, its writer sees to that.
        flock(descriptor, LOCK_SH | LOCK_NB)
        do {
            header = try Self.header(descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Whether this version knows everything that is in the journal.
    package var isNewer: Bool { header.format > JournalHeader.newest }

    /// Whether the program that writes it lives. While it does not, and this reader does, the journal is not removed.
    package func isBeingWritten() -> Bool {
        flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// The journal's present size in bytes.
    package var size: Int {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 ? Int(facts.st_size) : 0
    }

    /// Where the next line begins.
    package var offset: Int { bufferStart + position }

    /// The next line that can be read, folded into ``snapshot``; `nil` at the present end, or when it is of a later time
    /// than `time`: then it is still to come.
    package func next(until time: Double = .infinity) throws(JournalError) -> JournalLine? {
        while let (range, offset) = try nextRange() {
            // The header was read before.
            guard !range.isEmpty, offset > 0 else { continue }
            guard let head = LineHead(buffer[range]) else {
                damaged += 1
                continue
            }
            if head.time > time {
                position = range.lowerBound
                return nil
            }
            if let line = read(buffer[range], head, at: offset) { return line }
        }
        return nil
    }

    /// Goes to a time: ``snapshot`` is then folded from all lines up to there, and the next line is the first after it.
    /// `index` is looked up, and made anew should it be wrong.
    package func seek(to time: Double, _ index: inout JournalIndex) throws(JournalError) {
        if let place = index.keyframe(before: time), !isKeyframe(place) { index = try JournalIndex(of: self) }
        move(to: index.keyframe(before: time)?.offset ?? 0)
        while try next(until: time) != nil {}
    }

    /// Goes on reading at a line that begins at `offset`: a keyframe, or the beginning. What was folded is forgotten.
    package func move(to offset: Int) {
        (buffer, bufferStart, position, isSkipping) = ([], offset, 0, false)
        decoder = SnapshotDecoder()
    }

    // MARK: Lines

    private func read(_ line: ArraySlice<UInt8>, _ head: LineHead, at offset: Int) -> JournalLine? {
        func made(_ content: JournalLine.Content) -> JournalLine {
            JournalLine(time: head.time, offset: offset, length: line.count + 1, content: content)
        }
        do {
            if let kind = SnapshotLine(rawValue: head.name) {
                try decoder.decode(line[head.payload], as: kind)
                return made(kind == .keyframe ? .keyframe : kind == .snapshot ? .snapshot : .sample)
            }
            let json = Data(line[head.payload])
            switch head.name {
            case "picture":
                let picture = try JSONDecoder().decode(Picture.self, from: json)
                return made(.picture(frame: picture.frame, png: picture.png))
            case "dropped":
                let lost = try JSONDecoder().decode(Dropped.self, from: json)
                guard (0...1_000_000_000_000).contains(lost.events) else { throw FormatError("dropped") }
                dropped += lost.events
                return made(.dropped(lost.events))
            default:
                guard EngineEvent.Kind.isKnown(head.name) else {
                    unknown += 1
                    return made(.unknown(head.name))
                }
                let event = try Self.event(line, head)
                decoder.apply(event)
                return made(.event(event))
            }
        } catch {
            damaged += 1
            return nil
        }
    }

    /// The event that a line tells.
    static func event(_ line: ArraySlice<UInt8>, _ head: LineHead) throws -> EngineEvent {
        guard JournalFormat.hasSaneNumbers(line[head.payload]) else { throw FormatError("numbers") }
        let kind = try JSONDecoder().decode(
            EngineEvent.Kind.self, from: Data([UInt8(ascii: "{")] + line[head.object]))
        return EngineEvent(time: head.time, kind: kind)
    }

    private struct Picture: Decodable {
        var frame: UInt64
        var png: String
    }
    private struct Dropped: Decodable { var events: Int }

    /// The next whole line without its end, as a range of the buffer, and where it begins in the file.
    private func nextRange() throws(JournalError) -> (Range<Int>, Int)? {
        var searched = position
        while true {
            if let end = Self.newline(in: buffer, from: searched, to: buffer.count) {
                let range = position..<end
                let start = bufferStart + position
                position = end + 1
                if isSkipping {
                    isSkipping = false
                    searched = position
                    continue
                }
                return (range, start)
            }
            searched = buffer.count
            if buffer.count - position > JournalFormat.longestLine {
                if !isSkipping { damaged += 1 }
                isSkipping = true
            }
            if isSkipping { position = buffer.count }
            let count = try fill()
            if count == 0 { return nil }
            searched = max(position, buffer.count - count)
        }
    }

    /// Reads on. Returns how many bytes came.
    private func fill() throws(JournalError) -> Int {
        if position > 0 {
            buffer.removeFirst(position)
            bufferStart += position
            position = 0
        }
        let start = bufferStart + buffer.count
        guard let piece = Self.piece(descriptor, from: start, 256 << 10) else {
            throw .system("cannot read", path: path, code: errno)
        }
        buffer += piece
        return piece.count
    }

    /// So many bytes, or as many as there are; `nil` when they cannot be read.
    fileprivate static func piece(_ descriptor: Int32, from start: Int, _ size: Int) -> [UInt8]? {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { room, initializedCount in
            count = pread(descriptor, room.baseAddress, size, off_t(start))
            initializedCount = max(0, count)
        }
        return count < 0 ? nil : bytes
    }

    private static func header(_ descriptor: Int32, _ path: String) throws(JournalError) -> JournalHeader {
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
            let line = try? JSONDecoder().decode(JournalHeader.Line.self, from: Data(start[..<end]))
        else { throw .notAJournal(path: path, why: "its first line is not the header of one") }
        return line.singularis
    }
}

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

    /// Looks at all whole lines from `offset` on, without reading them.
    func scan(from offset: Int, _ body: (ArraySlice<UInt8>, Int) -> Void) throws(JournalError) {
        var room = 1 << 20
        var start = offset
        while true {
            guard let buffer = Self.piece(descriptor, from: start, room) else {
                throw .system("cannot read", path: path, code: errno)
            }
            var line = 0
            while let end = Self.newline(in: buffer, from: line, to: buffer.count) {
                if end > line { body(buffer[line..<end], start + line) }
                line = end + 1
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

    fileprivate static func newline(in buffer: [UInt8], from start: Int, to end: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, start < end,
                let found = memchr(base + start, Int32(UInt8(ascii: "\n")), end - start)
            else { return nil }
            return base.distance(to: UnsafeRawPointer(found))
        }
    }
}

/// The beginning of a line, `{"t":12.345,"name":`, which every line but the first has.
struct LineHead {
    let time: Double
    let name: String
    /// What stands behind the name.
    let payload: Range<Int>
    /// From the name to the end of the line.
    let object: Range<Int>

    private static let start = Array(#"{"t":"#.utf8)

    /// `nil` when the line is of another form.
    init?(_ line: ArraySlice<UInt8>) {
        guard line.starts(with: Self.start), line.last == UInt8(ascii: "}") else { return nil }
        let from = line.startIndex + Self.start.count
        guard let comma = line[from...].prefix(24).firstIndex(of: UInt8(ascii: ",")),
            let time = Double(String(decoding: line[from..<comma], as: UTF8.self)), time.magnitude < 1e10
        else { return nil }
        let quote = comma + 1
        guard quote < line.endIndex, line[quote] == UInt8(ascii: "\""),
            let close = line[(quote + 1)...].prefix(64).firstIndex(of: UInt8(ascii: "\"")),
            close + 1 < line.endIndex, line[close + 1] == UInt8(ascii: ":")
        else { return nil }
        self.time = time
        name = String(decoding: line[(quote + 1)..<close], as: UTF8.self)
        payload = close + 2..<line.endIndex - 1
        guard payload.lowerBound <= payload.upperBound else { return nil }
        object = quote..<line.endIndex
    }
}
