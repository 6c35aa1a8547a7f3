import CZlib
import Canvas
import FoundationEssentials

/// The picture that a terminal shows in pixels: says what to write so that it shows another, or none. Pure.
///
/// What the bytes are behind is the cells of the same frame: those under the picture are blank. Where cells are written
/// over a picture, terminals differ in what is left of it, so that it is drawn again.
struct PictureOutput {
    /// What a change of the picture takes.
    struct Change: Equatable {
        /// To be written behind the cells.
        var bytes: [UInt8] = []
        /// Cells that must be written although they hold what they held: only text takes the pixels over them away.
        var uncovered: Rect?
    }

    /// `nil`: no picture is drawn in pixels.
    let drawing: PictureProtocol?
    /// Pixels of a cell.
    let cell: Size
    /// Colours of a sixel picture at the most.
    let colors: Int
    private(set) var shown: PictureState?

    struct PictureState: Equatable {
        var picture: PixelPicture
        /// Which of the two numbers that pictures of kitty take turns with it has.
        var number: Int
        /// Nothing of it may be left: the screen was cleared.
        var isCleared = false
    }

    init(_ drawing: PictureProtocol? = nil, cell: Size = Size(10, 20), colors: Int = 256) {
        (self.drawing, self.cell, self.colors) = (drawing, cell, colors)
    }

    /// The screen is cleared before the next change: pictures go with it, or not, as the terminal likes.
    mutating func screenIsCleared() { shown?.isCleared = true }

    /// From the picture that is shown to `wanted`. `isOverwritten`: cells under the picture are written in this frame.
    mutating func change(to wanted: PixelPicture?, isOverwritten: Bool) -> Change {
        guard let drawing else { return Change() }
        let before = shown
        if let before, before.picture == wanted, !before.isCleared, !isOverwritten { return Change() }
        guard wanted != nil || before != nil else { return Change() }
        let number = 1 - (before?.number ?? 1)
        shown = wanted.map { PictureState(picture: $0, number: number) }
        var change = Change()
        switch drawing {
        case .kitty:
            if let wanted { change.bytes += at(wanted.rect, KittyGraphics.draw(wanted, number)) }
            // The newer one stands before the older one goes: nothing flickers.
            if let before { change.bytes += KittyGraphics.remove(before.number) }
        case .sixel:
            if let wanted {
                let size = Size(wanted.rect.width * cell.width, wanted.rect.height * cell.height)
                change.bytes += at(wanted.rect, Sixel.encode(wanted.rgb, wanted.size, as: size, colors: colors))
            }
            if let before, !before.isCleared, before.picture.rect != wanted?.rect {
                change.uncovered = before.picture.rect
            }
        }
        return change
    }

    /// Everything that was drawn is gone with the screen that it was on.
    mutating func forget() { shown = nil }

    /// Takes every picture away, from whichever state the terminal is in: a string that was cut off in the middle is
    /// ended first, and so is a picture that had come in part.
    static func removal(_ drawing: PictureProtocol?, hasAlternateScreen: Bool) -> [UInt8] {
        switch drawing {
        case nil: []
        case .kitty: Array("\u{1b}\\".utf8) + KittyGraphics.abandon + KittyGraphics.remove(0) + KittyGraphics.remove(1)
        // What is on the alternate screen is of no use any more; without one it is what the person goes on with.
        case .sixel: Array("\u{1b}\\\(hasAlternateScreen ? "\u{1b}[2J" : "")".utf8)
        }
    }

    /// Written at a place, with the cursor and its colours as they were.
    private func at(_ rect: Rect, _ bytes: [UInt8]) -> [UInt8] {
        Array("\u{1b}7\u{1b}[\(rect.y + 1);\(rect.x + 1)H".utf8) + bytes + Array("\u{1b}8".utf8)
    }
}

/// The graphics protocol that kitty began: commands as application program commands, pixels in base64.
enum KittyGraphics {
    /// Numbers of pictures are the terminal's, for all programs in it; two of ours, unlikely to be anybody else's.
    private static func id(_ number: Int) -> Int { 1_397_311_300 + number }
    /// Characters of base64 in a command at the most.
    static let chunk = 4096

    /// Sends the picture and shows it at the cursor, which stays, in just so many cells; without an answer (`q=2`).
    static func draw(_ picture: PixelPicture, _ number: Int) -> [UInt8] {
        let data = Data(deflated(picture.rgb)).base64EncodedData()
        let keys =
            "a=T,q=2,f=24,o=z,s=\(picture.size.width),v=\(picture.size.height),i=\(id(number)),"
            + "c=\(picture.rect.width),r=\(picture.rect.height),C=1"
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count + data.count / chunk * 16 + 128)
        for start in stride(from: 0, to: max(1, data.count), by: chunk) {
            let end = min(data.count, start + chunk)
            let more = "m=\(end < data.count ? 1 : 0)"
            bytes += "\u{1b}_G\(start == 0 ? "\(keys),\(more)" : "\(more),q=2");".utf8
            bytes += data[data.startIndex + start..<data.startIndex + end]
            bytes += "\u{1b}\\".utf8
        }
        return bytes
    }

    /// Takes a picture away, and frees it.
    static func remove(_ number: Int) -> [UInt8] { Array("\u{1b}_Ga=d,d=I,i=\(id(number)),q=2\u{1b}\\".utf8) }

    /// The end of a picture that has come in part, which is none.
    static let abandon = Array("\u{1b}_Gm=0,q=2;\u{1b}\\".utf8)

    /// The level that pictures for the model are packed with (``PNG``): twice the work would save a seventh.
    private static func deflated(_ raw: [UInt8]) -> [UInt8] {
        var count = compressBound(UInt(raw.count))
        return [UInt8](unsafeUninitializedCapacity: Int(count)) { out, initializedCount in
            let status = compress2(out.baseAddress, &count, raw, UInt(raw.count), 3)
            precondition(status == Z_OK, "zlib error \(status): the room is what it asked for, so memory is missing")
            initializedCount = Int(count)
        }
    }
}
