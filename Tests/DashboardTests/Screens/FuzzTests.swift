import Testing
import Vision

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record
@testable import Terminal

/// Random sessions, texts, keys and sizes: whatever comes together, every frame is whole.
@Suite("Fuzz", .shared)
struct FuzzTests {
    /// Characters that have broken terminal programs, and some that have not.
    private static let scalars: [Unicode.Scalar] =
        [
            "\u{0}", "\u{7}", "\u{8}", "\t", "\n", "\r", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{A0}", "\u{AD}",
            "\u{301}", "\u{200B}", "\u{200D}", "\u{200E}", "\u{202E}", "\u{2028}", "\u{2066}", "\u{2069}", "\u{FE0F}",
            "\u{FEFF}", "\u{FFFD}", "\u{E000}", "\u{10FFFF}", "\u{E0041}", "\u{1F1E9}", "\u{1F3FD}", "\u{1FAE8}",
            "\u{1160}", "\u{302A}", "\u{3099}", "\u{3000}", "\u{20DD}", "\u{378}",
            "&", "<", ">", "\"", "漢", "字", "🧑", "👍", "⚠", "─", "█", "⣿", "é", "ß", "ﷺ", "a", "b", "[", "]", "2", "J",
            "m", " ", " ", " ",
        ]

    private static func text(_ dice: inout Dice) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...300, using: &dice) {
            // Runs of one character find what single ones do not.
            let scalar = scalars.randomElement(using: &dice) ?? "x"
            for _ in 0..<(Bool.random(using: &dice) ? 1 : Int.random(in: 1...40, using: &dice)) { text.append(scalar) }
        }
        return String(text)
    }

    /// A session in which everything that can be said is said by somebody hostile.
    static func snapshot(_ dice: inout Dice) -> Snapshot {
        var snapshot = Script.running(decisions: .random(in: 1...40, using: &dice))
        var reading = Reading()
        reading.frame = 9
        reading.place = text(&dice)
        reading.toast = text(&dice)
        reading.speaker = text(&dice)
        reading.health = [.nan, -5, 1e9, 50].randomElement(using: &dice)
        reading.confidence = [.infinity, 0.4, -1].randomElement(using: &dice) ?? 0
        let decision = Decision(
            id: 900, action: .jump, source: .model, priority: .low, reason: text(&dice), frame: 9, scene: .city)
        var info = SessionInfo()
        info.game = text(&dice)
        info.model = text(&dice)
        info.endpoint = text(&dice)
        let id = ResourceID(77)
        let kinds: [EngineEvent.Kind] = [
            .started(info), .notice(text(&dice)), .interpretationText(id: 2, piece: text(&dice)),
            .spoken(Utterance(text: text(&dice), priority: .high, topic: text(&dice))),
            .endpointFailing(.interpretation, phase: nil, message: text(&dice)), .perceived(reading, latency: 0.1),
            .consulted(Consultation(frame: 3, prompt: text(&dice), answer: text(&dice))),
            .intent(Intent(kind: .explore, reason: text(&dice), frame: 3, gameTime: 0, lifetime: 60)),
            .decided(decision, latency: 0.1),
            .acted(
                ActionOutcome(decision: decision, fate: .failed(text(&dice)), frameAge: .infinity, duration: .nan)),
            .armed(id, name: text(&dice), step: 2), .closing(id),
            .closed(Receipt(resource: id, name: text(&dice), step: 2, result: .failed(text(&dice)), duration: 1)),
            .state(SessionState.allCases.randomElement(using: &dice) ?? .running),
        ]
        for kind in kinds { snapshot.apply(EngineEvent(time: 9, kind: kind)) }
        if snapshot.state == .ended { snapshot.apply(EngineEvent(time: 9, kind: .ended(.error(text(&dice))))) }
        return snapshot
    }

    private static let keys: [Key] =
        KeyMap.bindings.flatMap(\.keys).filter { $0 != .control("l") }
        + [.alt("q"), .unknown, .other, .character("漢"), .character("\u{1B}"), .backspace]

    @Test("frames are whole at any size, with any text, after any keys", arguments: 0..<60 as Range<UInt64>)
    func frames(seed: UInt64) {
        var dice = Dice(state: seed &* 77 &+ 5)
        let snapshot = Self.snapshot(&dice)
        let rgb = (0..<16 * 10 * 3).map { _ in UInt8.random(in: 0...255, using: &dice) }
        let frame = Frame(width: 16, height: 10, rgb: rgb, sequence: 9, capturedAt: .now)
        let look = [Look.unicode, .ascii, .mono].randomElement(using: &dice) ?? .unicode
        var state = DashboardState()
        var now = 10.0
        for _ in 0..<12 {
            let size = Size(.random(in: 1...180, using: &dice), .random(in: 1...60, using: &dice))
            let canvas = state.compose(
                snapshot, frame: frame, now: now, size: size, look: look, pictureOf: { _ in frame })
            Self.check(canvas)
            for _ in 0..<Int.random(in: 1...4, using: &dice) {
                let mouse = Key.mouse(
                    Bool.random(using: &dice) ? .press(.left) : .wheelUp, x: .random(in: -1...200, using: &dice),
                    y: .random(in: -1...70, using: &dice))
                let key = Int.random(in: 0..<8, using: &dice) == 0 ? mouse : Self.keys.randomElement(using: &dice)
                _ = state.press(key ?? .other, snapshot: snapshot, now: now)
            }
            now += 0.3
        }
    }

    /// Every row is as wide as the screen, and no cell holds anything that a terminal would obey.
    private static func check(_ canvas: Canvas) {
        var isWhole = true
        for y in 0..<canvas.size.height {
            for x in 0..<canvas.size.width {
                let cell = canvas[x, y]
                isWhole = isWhole && cell.isTail == (x > 0 && canvas[x - 1, y].isWide)
                guard !cell.isTail else { continue }
                isWhole = isWhole && TextWidth.of(cell.scalar) == (cell.isWide ? 2 : 1)
                isWhole = isWhole && cell.scalar.value >= 0x20 && !(0x7F...0x9F).contains(cell.scalar.value)
                isWhole = isWhole && !cell.scalar.properties.isDefaultIgnorableCodePoint
                if canvas.glyphs.isASCII { isWhole = isWhole && (0x20...0x7E).contains(cell.scalar.value) }
            }
            isWhole = isWhole && !(canvas.size.width > 0 && canvas[canvas.size.width - 1, y].isWide)
        }
        #expect(isWhole, "\(canvas.size)")
    }

    @Test("what is saved of a screen holds no escape and no control character", arguments: 0..<20 as Range<UInt64>)
    func saved(seed: UInt64) {
        var dice = Dice(state: seed)
        let snapshot = Self.snapshot(&dice)
        var state = DashboardState()
        let rows = state.compose(snapshot, frame: nil, now: 10, size: Size(120, 36), look: .unicode).rows
        let report = FinalStatistics.plainLines(FinalReport(snapshot)).map(\.text)
        for line in rows + report {
            #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        }
    }
}

/// A small generator with a fixed start, so that a failure can be repeated.
struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
