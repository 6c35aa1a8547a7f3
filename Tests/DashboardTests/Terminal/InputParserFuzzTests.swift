import Basics
import Engine
import Testing

@testable import Dashboard
@testable import Terminal

@Suite("Keys from any bytes", .shared)
struct InputParserFuzzTests {
    /// Bytes that lean towards what begins, continues and ends sequences.
    private static func noise(_ random: inout SeededGenerator) -> [UInt8] {
        let favourites: [UInt8] =
            Array("\u{1b}\u{1b}\u{1b}[[]OPM<;~200201q \u{7}\\A?".utf8) + [0x03, 0x9B, 0xC3, 0xE2, 0xFF]
        return (0..<Int.random(in: 0...60, using: &random)).map { _ in
            Bool.random(using: &random)
                ? favourites.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
        }
    }

    @Test("however the bytes are cut, the same keys come out, and silence ends everything")
    func chunks() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<20_000 {
            let bytes = Self.noise(&random)
            var whole = InputParser()
            let expected = whole.feed(bytes, now: 0) + whole.pass(now: 9)
            #expect(whole.deadline == nil)
            var cut = InputParser()
            var keys: [Key] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...rest.count, using: &random)
                keys += cut.feed(rest.prefix(count), now: 0)
                rest = rest.dropFirst(count)
            }
            keys += cut.pass(now: 9)
            guard keys == expected else { return #expect(keys == expected, "\(bytes)") }
        }
    }

    @Test("no whole sequence acts as a character or a control key, and the key behind it still does")
    func sequences() {
        var random = SeededGenerator(seed: 12)
        for _ in 0..<20_000 {
            let bytes = Self.sequence(&random)
            let keys = InputParserTests.keys(bytes + Array("x".utf8))
            let isInert = keys.dropLast().allSatisfy { key in
                switch key {
                case .character, .control: Self.tellsKey(bytes)
                default: true
                }
            }
            guard isInert, keys.last == .character("x") else {
                return #expect(Bool(false), "\(bytes) gave \(keys)")
            }
        }
    }

    /// Sequences with numbers that mean a key, as `CSI 99;5u` does.
    private static func tellsKey(_ bytes: [UInt8]) -> Bool {
        bytes.last == UInt8(ascii: "u") || bytes.starts(with: Array("\u{1b}[27;".utf8))
    }

    /// One sequence as the standard builds them, or a paste.
    private static func sequence(_ random: inout SeededGenerator) -> [UInt8] {
        func some(_ range: ClosedRange<UInt8>, _ most: Int) -> [UInt8] {
            (0..<Int.random(in: 0...most, using: &random)).map { _ in UInt8.random(in: range, using: &random) }
        }
        let escape: [UInt8] = [0x1B]
        switch Int.random(in: 0...4, using: &random) {
        case 0:
            var body = some(0x30...0x3F, 12) + some(0x20...0x2F, 2) + [UInt8.random(in: 0x40...0x7E, using: &random)]
            // These two have bytes behind them, and a paste has an end.
            if body == [0x5B] || body == [0x4D] { body = [0x41] }
            if body == Array("200~".utf8) { body = [0x41] }
            return escape + [0x5B] + body
        case 1: return escape + [0x4F, UInt8.random(in: 0x40...0x7E, using: &random)]
        case 2:
            let introducer = Array("]P_^X".utf8).randomElement(using: &random)!
            return escape + [introducer] + some(0x20...0x7E, 40) + (Bool.random(using: &random) ? [0x07] : [0x1B, 0x5C])
        case 3: return Array("\u{1b}[200~".utf8) + some(0x00...0x1A, 5) + some(0x1C...0x7E, 40) + CSIInput.pasteEnd
        default: return Array("\u{1b}[M".utf8) + (0..<3).map { _ in UInt8.random(in: 0x20...0xFF, using: &random) }
        }
    }
}
