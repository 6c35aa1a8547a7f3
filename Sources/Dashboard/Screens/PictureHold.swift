import Canvas
import Engine
import Vision

/// The picture on the screen: it changes less often than the figures, and is turned into cells once.
struct PictureHold: Sendable {
    private var frame: Frame?
    private(set) var shownAt = -Double.infinity
    private var cached: (sequence: UInt64, room: Size, look: Look, picture: FittedPicture)?

    var sequence: UInt64? { frame?.sequence }

    func wants(_ new: Frame?, now: Double, interval: Double) -> Bool {
        guard let new, new.sequence != frame?.sequence, interval.isFinite else { return false }
        return now - shownAt >= interval
    }

    mutating func offer(_ new: Frame?, now: Double, interval: Double) {
        guard wants(new, now: now, interval: interval) else { return }
        frame = new
        shownAt = now
    }

    /// There is none at this place of a replay.
    mutating func clear() { (frame, shownAt) = (nil, -.infinity) }

    mutating func fitted(into room: Size, look: Look) -> FittedPicture? {
        guard let frame else { return nil }
        if let cached, cached.sequence == frame.sequence, cached.room == room, cached.look == look {
            return cached.picture
        }
        let before = cached.flatMap { $0.look == look ? $0.picture.raster : nil }
        let picture = FittedPicture(frame, into: room, look: look, before: before)
        cached = (frame.sequence, room, look, picture)
        return picture
    }
}

extension FittedPicture {
    init(_ frame: Frame, into room: Size, look: Look, before: PictureRaster? = nil) {
        self.init(
            rgb: frame.rgb, width: frame.width, height: frame.height, id: frame.sequence, room: room, look: look,
            before: before)
    }
}
