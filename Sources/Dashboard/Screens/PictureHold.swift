import Canvas
import Engine
import Vision

/// The picture on the screen: it changes less often than the figures, and is turned into cells once.
struct PictureHold: Sendable {
    private var frame: Frame?
    private(set) var shownAt = -Double.infinity
    private var cached: (sequence: UInt64, raster: PictureRaster, look: Look)?

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

    mutating func raster(room: Size, look: Look) -> PictureRaster? {
        guard let frame else { return nil }
        let size = PictureRaster.fit(width: frame.width, height: frame.height, into: room)
        if let cached, cached.sequence == frame.sequence, cached.raster.size == size, cached.look == look {
            return cached.raster
        }
        let before = cached.flatMap { $0.raster.size == size && $0.look == look ? $0.raster : nil }
        let raster = PictureRaster(frame, size: size, look: look, before: before)
        cached = (frame.sequence, raster, look)
        return raster
    }
}

extension PictureRaster {
    init(_ frame: Frame, size: Size, look: Look, before: PictureRaster? = nil) {
        self.init(rgb: frame.rgb, width: frame.width, height: frame.height, size: size, look: look, before: before)
    }
}
