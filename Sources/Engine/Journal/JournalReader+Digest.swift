import Glibc
import Record

/// What a journal comes to, without reading all of it.
extension JournalReader {
    /// How far before the end a keyframe is looked for, in bytes. The writer leaves 6 minutes between two at the most.
    private static let reach = 64 << 20
    /// How many keyframes are tried when the last ones are damaged.
    private static let attempts = 16

    /// Goes to the present end by the last keyframe that can be read: ``snapshot`` is then what the session was when
    /// its last line was written. Where no keyframe can be read, ``isIncomplete`` says so. Returns the time of the last
    /// line that told all figures, the dense ones too.
    @discardableResult
    package func readEnd() throws(JournalError) -> Double {
        var end = size
        for _ in 0..<Self.attempts {
            guard let place = try lastKeyframe(before: end) else { break }
            move(to: place)
            if let line = try next(), line.offset == place, case .keyframe = line.content {
                return try readRest(whole: line.time)
            }
            end = place - 1
        }
        move(to: size <= Self.reach ? 0 : size)
        return try readRest(whole: 0)
    }

    private func readRest(whole: Double) throws(JournalError) -> Double {
        var whole = whole
        while let line = try next() {
            switch line.content {
            case .keyframe, .snapshot: whole = line.time
            case .event, .sample, .picture, .dropped, .unknown: break
            }
        }
        return whole
    }

    /// Reads the events of some kinds, by their names, from beginning to end. No other line is read, and nothing is
    /// folded. Returns how many lines were damaged, as far as they were looked at.
    package func events(
        of names: Set<String>, _ body: (EngineEvent) -> Void
    ) throws(JournalError) -> Int {
        var damaged = 0
        try scan(from: 0) { line, offset in
            // The header is no line of this form.
            guard offset > 0 else { return }
            guard let head = LineHead(line) else { return damaged += 1 }
            guard names.contains(head.name) else { return }
            guard let event = try? Self.event(line, head) else { return damaged += 1 }
            body(event)
        }
        return damaged
    }

    /// Where the last line begins that says to be a keyframe, of those whose line before ends in front of `end`.
    private func lastKeyframe(before end: Int) throws(JournalError) -> Int? {
        let piece = 256 << 10
        // The beginning of a line may reach into the piece behind.
        let overlap = 64
        var buffer = [UInt8](repeating: 0, count: piece + overlap)
        let lowest = max(0, size - Self.reach)
        var high = end
        while high > lowest {
            let low = max(lowest, high - piece)
            let count = pread(descriptor, &buffer, high - low + overlap, off_t(low))
            guard count >= 0 else { throw .system("cannot read", path: path, code: errno) }
            var rest = min(count, high - low)
            while let newline = buffer[..<rest].lastIndex(of: UInt8(ascii: "\n")) {
                if Self.beginsKeyframe(buffer[(newline + 1)..<count]) { return low + newline + 1 }
                rest = newline
            }
            high = low
        }
        return nil
    }

    private static let head = Array(#"{"t":"#.utf8)
    private static let name = Array(",\"\(SnapshotLine.keyframe.rawValue)\":".utf8)

    private static func beginsKeyframe(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.starts(with: head), let comma = line.prefix(32).firstIndex(of: UInt8(ascii: ",")) else {
            return false
        }
        return line[comma...].starts(with: name)
    }
}
