import FoundationEssentials
import Vision

/// The pictures that a journal holds, as far as they have come by: decoded only when one is looked at.
struct ReplayPictures {
    /// How many are remembered: behind as many decisions one can look.
    private static let room = 200

    private var kept: [UInt64: String] = [:]
    private var order: [UInt64] = []
    /// Decoded last.
    private var decoded: [Frame] = []
    /// The newest at the position, and when it was written.
    private(set) var current: (frame: UInt64, time: Double)?

    /// At another position none has come by yet.
    mutating func forgetCurrent() { current = nil }

    mutating func add(_ frame: UInt64, png: String, at time: Double) {
        current = (frame, time)
        if kept.updateValue(png, forKey: frame) == nil { order.append(frame) }
        if order.count > Self.room { kept[order.removeFirst()] = nil }
    }

    var newest: Frame? {
        mutating get { current.flatMap { self[$0.frame] } }
    }

    /// `nil` when it is not remembered, or cannot be decoded.
    subscript(sequence: UInt64) -> Frame? {
        mutating get {
            if let frame = decoded.last(where: { $0.sequence == sequence }) { return frame }
            guard let data = kept[sequence].flatMap({ Data(base64Encoded: $0) }),
                let image = try? PNG.decode([UInt8](data))
            else { return nil }
            let frame = Frame(
                width: image.width, height: image.height, rgb: image.rgb, sequence: sequence, capturedAt: .now)
            decoded = decoded.suffix(1) + [frame]
            return frame
        }
    }
}
