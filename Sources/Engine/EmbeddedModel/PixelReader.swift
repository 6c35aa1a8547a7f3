import Basics
import Vision

/// Understands a picture of the embedded game from its pixels alone, as a person would who knows its head-up display.
///
/// It knows colours, positions and the font, and nothing of the world behind the picture. What is not on the picture
/// stays `nil`. It remembers the previous picture, the last scene there was evidence for and the last place named, so
/// one reader belongs to one stream of frames.
package struct PixelReader: Sendable {
    private var hud = Self.hud
    private var previousThumbnail: [Float] = []
    private var scene = SceneKind.wilderness
    private var confidence = 0.5
    private var place: String?
    private var isNight = false

    package init() {}

    package mutating func read(_ original: Frame) -> Reading {
        let frame = original.width == Pixels.width && original.height == Pixels.height
            ? original : Pixels.resampled(original)
        var reading = Reading()
        hud.read(frame, into: &reading)
        frame.rgb.withUnsafeBufferPointer { read(Pixels($0), into: &reading) }
        reading.frame = frame.sequence
        reading.gameTime = frame.gameTime.seconds
        return reading
    }

    private mutating func read(_ pixels: Pixels, into reading: inout Reading) {
        readThumbnail(of: pixels, into: &reading)

        let view = View(pixels)
        let page = Self.page(in: pixels)
        if page == nil {
            Self.readCompass(of: pixels, into: &reading)
            Self.readCentre(of: pixels, into: &reading)
            reading.blocked = view.flatCentre > 0.5
            if view.sky > 0.05 { isNight = view.skyBrightness < View.nightSky }
        } else if page == .inventory {
            Self.readInventory(of: pixels, into: &reading)
        } else if page == .dialogue {
            let name = Self.text(in: pixels, x: 32..<152, y: 61, colour: Ink.gold, tolerance: 60)
            reading.speaker = name.isEmpty || name.contains("?") ? nil : name
        }
        // A conversation leaves the toast line free: what was said there is news too.
        if page == nil || page == .dialogue { readToast(of: pixels, into: &reading) }
        reading.place = place
        judgeScene(page: page, view: view, into: &reading)
        reading.isNight = isNight
    }

    // MARK: - Scene

    private mutating func judgeScene(page: SceneKind?, view: View, into reading: inout Reading) {
        if let certain = page ?? (reading.enemies > 0 ? .combat : nil) {
            reading.scene = certain
            reading.confidence = 0.98
        } else if view.flat > 0.55, view.sky < 0.02 {
            // The nose is against a wall: no evidence. What was seen last is held and believed less and less.
            confidence = max(0.3, confidence * 0.9)
            reading.scene = scene
            reading.confidence = confidence
        } else {
            scene = view.scene
            confidence = view.sky >= 0.02 ? min(0.95, 0.55 + 4 * abs(view.sky - 0.02)) : 0.7
            reading.scene = scene
            reading.confidence = confidence
        }
        // Without a head-up display this is not a picture of the game at all.
        if reading.health == nil { reading.confidence = min(reading.confidence, 0.2) }
    }

    /// The kind of page or panel that takes the keys, if one does.
    private static func page(in pixels: Pixels) -> SceneKind? {
        func covers(_ paper: Pixels.Colour) -> Bool {
            pixels.share(x: 8..<152, y: 10..<84, step: 2, near: paper, 50) > 0.5
        }
        // A wall may have the colour of paper, but only a page lies on a cover.
        if pixels.share(x: 0..<Pixels.width, y: 0..<4, step: 1, near: Ink.cover, 40) > 0.9 {
            if covers(Ink.parchment) { return .inventory }
            if covers(Ink.mapPaper) { return .map }
        }
        if pixels.share(x: 4..<156, y: 58..<59, step: 1, near: Ink.gold, 60) > 0.7 { return .dialogue }
        return nil
    }

    // MARK: - Thumbnail

    private mutating func readThumbnail(of pixels: Pixels, into reading: inout Reading) {
        reading.thumbnail = pixels.thumbnail()
        reading.similarity = Thumbnail.similarity(reading.thumbnail, previousThumbnail)
        previousThumbnail = reading.thumbnail
    }

    // MARK: - Toast

    private mutating func readToast(of pixels: Pixels, into reading: inout Reading) {
        guard pixels.share(x: 28..<132, y: 20..<21, step: 1, near: Ink.strip, 24) > 0.95 else { return }
        let toast = Self.text(in: pixels, x: 32..<132, y: 22, colour: Ink.gold, tolerance: 60)
        reading.toast = toast
        let isNews = ["LEVEL", "MARKED", "BOUGHT", "YOU"].contains { toast.hasPrefix($0) } || toast.hasSuffix("SLAIN")
        if !toast.isEmpty, !isNews { place = toast }
    }
}
