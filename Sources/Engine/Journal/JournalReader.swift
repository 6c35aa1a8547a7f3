import Basics
import FoundationEssentials
import Glibc
import Record

/// Reads a journal line by line and folds it: ``snapshot`` is what the dashboard showed at that time.
///
/// Lines that are damaged are passed over and counted. A line without its end is not there yet: it may still be
/// written, and ``next()`` can be asked again.
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
    private var decoder: SnapshotDecoder
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
            decoder = SnapshotDecoder(Packing(format: header.format))
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

    /// The next line that can be read, folded into ``snapshot``; `nil` at the present end, or when it is of a later
    /// time than `time`: then it is still to come.
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
        decoder = SnapshotDecoder(Packing(format: header.format))
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
            let json = line[head.payload]
            switch head.name {
            case "picture":
                let picture: Picture = try JSON.decode(from: json)
                return made(.picture(frame: picture.frame, png: picture.png))
            case "dropped":
                let lost: Dropped = try JSON.decode(from: json)
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
        let kind: EngineEvent.Kind = try JSON.decode(from: [UInt8(ascii: "{")] + line[head.object])
        return EngineEvent(time: head.time, kind: kind)
    }

    struct Picture: Decodable {
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
}
