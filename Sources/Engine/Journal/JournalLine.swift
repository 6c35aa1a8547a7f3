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
