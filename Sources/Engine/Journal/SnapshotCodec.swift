import Basics
import FoundationEssentials
import Record

/// How much of a snapshot a line holds.
enum SnapshotLine: String, CaseIterable {
    /// All of it: reading can start here.
    case keyframe
    /// All that the lines before it do not tell.
    case snapshot
    /// The same without what is dense (histograms): once a second.
    case sample
}

/// How JSON is packed into the payload of a line, a JSON string: deflated with all packed lines since the last keyframe
/// as one stream.
enum Packing {
    /// Format 1: in Base64.
    case base64
    /// Since format 2: with short names (``NameCode``) before, and in ``DenseText`` afterwards.
    case dense

    init(format: Int) { self = format < 2 ? .base64 : .dense }

    fileprivate func bytes(of text: some Collection<UInt8>) throws -> [UInt8] {
        switch self {
        case .dense: return try DenseText.decode(text)
        case .base64:
            guard let packed = Data(base64Encoded: Data(text)) else { throw FormatError("no base64") }
            return [UInt8](packed)
        }
    }

    fileprivate func json(from unpacked: [UInt8]) throws -> [UInt8] {
        switch self {
        case .dense: try NameCode.restored(unpacked, limit: JournalFormat.longestUnpacked)
        case .base64: unpacked
        }
    }
}

/// Writes snapshots as what the lines before them do not tell: it reads along, and knows what a reader knows.
struct SnapshotEncoder {
    private(set) var reader = SnapshotDecoder()
    private var deflater = Deflater(.best)

    /// Takes an event that was written as a line.
    mutating func apply(_ event: EngineEvent) { reader.snapshot.apply(event) }

    /// The payload of a line, and what a reader then knows is ``reader``.
    mutating func encode(_ snapshot: Snapshot, as kind: SnapshotLine) throws -> [UInt8] {
        if kind == .keyframe { deflater = Deflater(.best) }
        let known = kind == .keyframe ? Snapshot() : reader.snapshot
        let encoder = JSON.makeEncoder()
        if kind == .sample { encoder.userInfo[.isSample] = true }
        let json = [UInt8](try encoder.encode(Change(from: known, to: snapshot)))
        let quote = [UInt8(ascii: "\"")]
        let payload = quote + DenseText.encode(deflater.deflate(NameCode.shortened(json))) + quote
        if kind == .keyframe { reader.start() }
        try reader.apply(json: json)
        return payload
    }
}

/// Reads what ``SnapshotEncoder`` wrote.
struct SnapshotDecoder {
    /// What is known by the lines that were read.
    var snapshot = Snapshot()
    /// Since a packed line was lost, the next ones cannot be unpacked, up to a keyframe.
    private(set) var hasLost = true
    private let packing: Packing
    private var inflater: Inflater?

    init(_ packing: Packing = .dense) { self.packing = packing }

    /// Takes an event's line.
    mutating func apply(_ event: EngineEvent) { snapshot.apply(event) }

    /// Takes the payload of a line.
    /// - Throws: what is wrong with it. What was known stays.
    mutating func decode(_ payload: some Collection<UInt8>, as kind: SnapshotLine) throws {
        let known = snapshot
        if kind == .keyframe { start() }
        guard let inflater, !hasLost else { throw FormatError("a keyframe is missing before it") }
        do {
            guard payload.count >= 2, payload.first == UInt8(ascii: "\"") else { throw FormatError("no text") }
            let packed = try packing.bytes(of: payload.dropFirst().dropLast())
            var unpacked: [UInt8] = []
            try inflater.inflate(packed[...], into: &unpacked)
            try inflater.inflate(Deflater.pieceEnd[...], into: &unpacked)
            let json = try packing.json(from: unpacked)
            guard JournalFormat.hasSaneNumbers(json) else { throw FormatError("numbers beyond all reason") }
            try apply(json: [UInt8](JSON.bounded(Data(json))))
        } catch {
            (hasLost, snapshot) = (true, known)
            throw error
        }
    }

    /// The next packed line is one that all is told by.
    mutating func start() {
        snapshot = Snapshot()
        inflater = Inflater(.zlib, limit: JournalFormat.longestUnpacked)
        hasLost = false
    }

    mutating func apply(json: [UInt8]) throws {
        let decoder = JSONDecoder()
        var changed = snapshot
        decoder.userInfo[.target] = Target { try changed.applyChange(from: $0) }
        _ = try decoder.decode(Applied.self, from: Data(json))
        changed.markChanged()
        snapshot = changed
    }

    /// A decoder gives itself away only to what it decodes.
    private struct Applied: Decodable {
        init(from decoder: any Decoder) throws { try (decoder.userInfo[.target] as? Target)?.take(decoder) }
    }
    /// Made for one decoding, and called within it, on the thread that decodes.
    private struct Target: @unchecked Sendable { let take: (any Decoder) throws -> Void }
}

extension CodingUserInfoKey {
    fileprivate static let target = CodingUserInfoKey(rawValue: "target")!
}
