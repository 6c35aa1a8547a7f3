import Testing
import Vision

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record

@Suite("Text that does not fit", .shared)
struct CutTextTests {
    @Test("a row and a border that are cut say so, in both alphabets")
    func ellipsis() {
        for look in [Look.unicode, .ascii] {
            var canvas = Canvas(Size(24, 3), look: look)
            var box = BoxText()
            box.title = "interpreter"
            box.note = [Piece([Span("tactical spatial", .dim)], isCuttable: true)]
            canvas.box(canvas.bounds, box)
            canvas.line(StyledLine([Span("one two "), Span("three four")]), x: 1, y: 1, columns: 10)
            let mark = String(look.glyphs.ellipsis)
            #expect(canvas.rows[0].contains("interpreter tacti\(mark)"))
            #expect(canvas.rows[1].contains("one two t\(mark) "))
        }
        var canvas = Canvas(Size(20, 1))
        canvas.line(StyledLine([Span("one "), Span("two")]), x: 0, y: 0, columns: 7)
        #expect(canvas.rows[0].hasPrefix("one two "))
    }

    @Test("a styled row wraps at blanks, keeps its styles, and fits whatever it says", arguments: hostileTexts.indices)
    func wrapping(index: Int) {
        let line = StyledLine([Span("tokens  ", .label), Span("300 in, 40 out, 0 thoughts")])
        let rows = line.wrapped(to: 18, indent: 8)
        #expect(rows.map(\.plain) == ["tokens  300 in, 40", "        out, 0", "        thoughts"])
        #expect(rows[0].spans.map(\.style) == [.label, .text])
        #expect(line.wrapped(to: 99) == [line])
        for width in [2, 9, 40] {
            let hostile = StyledLine([Span("a "), Span(hostileTexts[index])]).wrapped(to: width, indent: 1)
            #expect(hostile.allSatisfy { $0.width <= width })
        }
    }

    @Test("the zoomed interpreter shows the whole of an error, of the account and of the voice's complaint")
    func zoomed() {
        let error = "INTERNAL: An internal error has occurred. Please retry or report in the forum"
        var failed = Interpretation(id: 3, perspective: .tactical, frame: 9, startedAt: 9)
        failed.end = .failed(error)
        var voice = VoiceStatus()
        voice.why = "no audio player; install alsa-utils (aplay), pulseaudio-utils (paplay) or ffmpeg (ffplay)"
        var snapshot = Script.running()
        for kind in [
            EngineEvent.Kind.interpretationStarted(failed), .interpretationEnded(failed), .voice(voice),
        ] { snapshot.apply(EngineEvent(time: 10, kind: kind)) }
        var canvas = Canvas(Size(60, 24))
        var view = PanelView(now: 10)
        view.isZoomed = true
        InterpreterPanel.draw(snapshot, into: &canvas, at: canvas.bounds, view: view)
        let words = canvas.rows.joined(separator: " ").split { " │".contains($0) }.joined(separator: " ")
        #expect(words.contains(error) && words.contains(voice.why ?? "?"))
    }

    @Test("a heading leaves its latency out before a word of it is cut")
    func headings() {
        var canvas = Canvas(Size(40, 9))
        InterpreterPanel.draw(Script.running(), into: &canvas, at: canvas.bounds, view: PanelView(now: 10))
        #expect(canvas.rows.contains { $0.contains("narrative #810 ↓ streaming ") })
    }

    @Test("a terminal too small even for its own size is told what is needed; narrow statistics name their keys whole")
    func small() {
        #expect(TooSmallScreen.message(Size(20, 5)) == "need 40x10")
        #expect(TooSmallScreen.message(Size(39, 10)) == "need 40x10, have 39x10")
        var canvas = Canvas(Size(40, 10))
        _ = StatisticsScreen.draw(Script.ended(), into: &canvas, scroll: 0)
        #expect(canvas.rows[9].contains("q leave  j k scroll  ? help"))
    }
}
