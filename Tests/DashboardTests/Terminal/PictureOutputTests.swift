import Canvas
import TestSupport
import Testing

@testable import Terminal

@Suite("Pictures in pixels, as bytes", .shared)
struct PictureOutputTests {
    /// A picture of noise in so many colours that sixel can name exactly.
    static func picture(_ id: UInt64, _ width: Int, _ height: Int, colors: Int = 100) -> PixelPicture {
        var value = id &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ limit: Int) -> Int {
            value ^= value << 13
            value ^= value >> 7
            value ^= value << 17
            return Int(value % UInt64(limit))
        }
        // Multiples of a fifth: 0, 20, 40 ... hundredths are whole numbers of 255.
        func fifth(_ number: Int) -> UInt8 { UInt8(number % 6 * 51) }
        var rgb: [UInt8] = []
        for _ in 0..<width * height {
            let color = next(colors)
            rgb += [fifth(color), fifth(color / 6), fifth(color / 36)]
        }
        return PixelPicture(
            rect: Rect(x: 4, y: 2, width: 10, height: 5), id: id, size: Size(width, height), rgb: rgb)
    }

    /// What a terminal makes of bytes: each string of kind `P` or `_`, with the place that the cursor was sent to.
    static func strings(_ bytes: [UInt8]) -> [(kind: Character, at: String?, body: [UInt8])] {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.matches(of: /(?:\u{1b}7\u{1b}\[(\d+;\d+)H)?\u{1b}([P_])([^\u{1b}]*)\u{1b}\\(?:\u{1b}8)?/).map {
            (Character(String($0.2)), $0.1.map(String.init), Array($0.3.utf8))
        }
    }

    private static func events(_ bytes: [UInt8]) throws -> [KittyReceiver.Event] {
        var receiver = KittyReceiver()
        let events = try strings(bytes).map { try receiver.take($0.body) }
        #expect(!receiver.isLoading)
        return events.filter { $0 != .loading }
    }

    @Test("kitty gets every pixel, in pieces, at its place and in its cells; the older picture goes after that")
    func kitty() throws {
        var output = PictureOutput(.kitty)
        let first = Self.picture(1, 97, 61)
        let change = output.change(to: first, isOverwritten: false)
        #expect(change.uncovered == nil)
        #expect(Self.strings(change.bytes).first?.at == "3;5")
        #expect(Self.strings(change.bytes).count > 1)
        guard case .shown(let id, let shown, 10, 5)? = try Self.events(change.bytes).first else {
            throw PictureOutputTests.unexpected(change.bytes)
        }
        #expect(shown == TerminalPicture(width: 97, height: 61, rgb: first.rgb))
        #expect(output.change(to: first, isOverwritten: false) == .init())
        let next = try Self.events(output.change(to: Self.picture(2, 8, 8), isOverwritten: false).bytes)
        #expect(next.count == 2 && next.last == .removed(id: id))
        guard case .shown(let other, _, _, _)? = next.first else { throw Self.unexpected([]) }
        #expect(other != id)
        // Text was written over it: once more.
        #expect(try Self.events(output.change(to: Self.picture(2, 8, 8), isOverwritten: true).bytes).count == 2)
        let none = output.change(to: nil, isOverwritten: false)
        #expect(try Self.events(none.bytes) == [.removed(id: id)] && none.uncovered == nil)
        #expect(output.change(to: nil, isOverwritten: true) == .init())
    }

    @Test("sixel is drawn anew where it is covered or moved, and what it leaves is text's to take away")
    func sixel() throws {
        var output = PictureOutput(.sixel, cell: Size(8, 16))
        let picture = Self.picture(1, 80, 80)
        let change = output.change(to: picture, isOverwritten: true)
        let strings = Self.strings(change.bytes)
        #expect(strings.count == 1 && strings[0].at == "3;5" && change.uncovered == nil)
        let drawn = try SixelDecoder.decode(strings[0].body)
        #expect(drawn.picture == TerminalPicture(width: 80, height: 80, rgb: picture.rgb))
        #expect(output.change(to: picture, isOverwritten: false) == .init())
        #expect(!output.change(to: picture, isOverwritten: true).bytes.isEmpty)
        var moved = picture
        moved.rect.x = 20
        #expect(output.change(to: moved, isOverwritten: false).uncovered == picture.rect)
        output.screenIsCleared()
        let again = output.change(to: moved, isOverwritten: false)
        #expect(!again.bytes.isEmpty && again.uncovered == nil)
        #expect(output.change(to: nil, isOverwritten: false) == .init(bytes: [], uncovered: moved.rect))
    }

    @Test("every pixel of a sixel picture is written once, whatever its size and however it is stretched",
        arguments: [(1, 1), (7, 5), (6, 6), (80, 13), (3, 100), (255, 7)], [1, 2, 3])
    func sixelSizes(size: (Int, Int), factor: Int) throws {
        let picture = Self.picture(UInt64(size.0), size.0, size.1, colors: 216)
        let target = Size(size.0 * factor + factor - 1, size.1 * factor)
        let bytes = Sixel.encode(picture.rgb, picture.size, as: target, colors: 256)
        let body = try #require(Self.strings(bytes).first?.body)
        let whole = TerminalPicture(width: size.0, height: size.1, rgb: picture.rgb)
        #expect(try SixelDecoder.decode(body).picture == whole.stretched(width: target.width, height: target.height))
    }

    @Test("more colours than a terminal has become as many, and each pixel the nearest kind", arguments: [2, 16, 256])
    func fewColors(most: Int) throws {
        // A ramp through all there is.
        var rgb: [UInt8] = []
        for y in 0..<64 {
            for x in 0..<64 { rgb += [UInt8(x * 4), UInt8(y * 4), UInt8(255 - x * 4)] }
        }
        let bytes = Sixel.encode(rgb, Size(64, 64), as: Size(64, 64), colors: most)
        let (picture, colors) = try SixelDecoder.decode(try #require(Self.strings(bytes).first?.body))
        #expect(colors == most)
        let difference = try #require(picture.difference(from: TerminalPicture(width: 64, height: 64, rgb: rgb)))
        #expect(difference <= [2: 255, 16: 70, 256: 24][most]!)
    }

    @Test("plain colours are told as runs, and a band of one costs next to nothing")
    func runs() {
        let rgb = [UInt8](repeating: 200, count: 600 * 400 * 3)
        #expect(Sixel.encode(rgb, Size(600, 400), as: Size(600, 400), colors: 256).count < 700)
    }

    @Test("whatever was cut off, the removal ends it and leaves no picture")
    func removal() throws {
        var output = PictureOutput(.kitty)
        let bytes = output.change(to: Self.picture(3, 120, 90), isOverwritten: false).bytes
        let removal = PictureOutput.removal(.kitty, hasAlternateScreen: true)
        for cut in stride(from: 20, to: bytes.count, by: 997) {
            var receiver = KittyReceiver()
            var last: [KittyReceiver.Event] = []
            for string in Self.strings(Array(bytes[..<cut]) + removal) {
                // A piece that was cut inside of its base64 is broken, which a terminal says nothing of.
                last.append((try? receiver.take(string.body)) ?? .broken)
            }
            #expect(!receiver.isLoading)
            guard case .removed(let a)? = last.dropLast().last, case .removed(let b)? = last.last, a != b else {
                throw Self.unexpected(Array(bytes[..<cut]))
            }
        }
        #expect(PictureOutput.removal(nil, hasAlternateScreen: true).isEmpty)
        #expect(PictureOutput.removal(.sixel, hasAlternateScreen: false) == Array("\u{1b}\\".utf8))
    }

    private struct Unexpected: Error { let bytes: [UInt8] }
    private static func unexpected(_ bytes: [UInt8]) -> any Error { Unexpected(bytes: bytes) }
}
