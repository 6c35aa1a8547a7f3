import Basics
import Vision

/// The pictures behind the newest decisions, for whoever looks back at one. Pictures are too large to be recorded each,
/// so only so many are kept.
struct FrameAlbum: Sendable {
    /// Bytes of pictures kept for decisions.
    static let capacity = 6_000_000

    /// Seen lately; a decision may still be based on one of these.
    private var recent = Ring<Frame>(capacity: 8)
    /// Behind a decision, oldest first.
    private var kept: [Frame] = []
    private var bytes = 0

    var newest: Frame? { recent.last }

    mutating func add(_ frame: Frame) { recent.append(frame) }

    /// Keeps the picture that a decision was based on.
    mutating func keep(_ sequence: UInt64) {
        guard kept.last?.sequence != sequence else { return }
        guard let frame = recent.last(where: { $0.sequence == sequence }) else { return }
        kept.append(frame)
        bytes += frame.rgb.count
        var surplus = 0
        while bytes > Self.capacity, surplus < kept.count - 1 {
            bytes -= kept[surplus].rgb.count
            surplus += 1
        }
        if surplus > 0 { kept.removeFirst(surplus) }
    }

    /// A picture by its number; `nil` once it was given up.
    subscript(sequence: UInt64) -> Frame? {
        kept.last { $0.sequence == sequence } ?? recent.last { $0.sequence == sequence }
    }
}
