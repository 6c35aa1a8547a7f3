import Testing

@testable import Canvas
@testable import Dashboard

/// What a model - or somebody through a model - might send.
let hostileTexts: [String] = [
    "\u{1b}[2J\u{1b}[31mred", "bell\u{7}bell", "a\rb\nc\td", "\u{202E}backwards\u{202C}", "\u{2066}iso\u{2069}",
    "👩‍💻 family 👨‍👩‍👧‍👦", "⚠️ warning", "e\u{301}e\u{301}", String(repeating: "\u{301}", count: 100_000),
    "Z" + String(repeating: "\u{200B}", count: 50_000) + "end", "漢字漢字漢字漢字", "🇩🇪🇫🇷", "👍🏽", "\u{0}\u{7f}\u{9b}31m",
    String(repeating: "long ", count: 200_000), String(repeating: "x", count: 1_000_000), "\u{FFFE}\u{E000}\u{10FFFF}",
    "\u{2028}line\u{2029}", "\u{1160}\u{11FF}", "",
]

@Suite("Text", .shared)
struct TextTests {
    @Test("hostile text leaves every row exactly as wide as the canvas", arguments: hostileTexts.indices)
    func rowsStayWhole(index: Int) {
        let text = hostileTexts[index]
        for width in [1, 2, 7, 40] {
            for look in [Look.unicode, Look.ascii] {
                var canvas = Canvas(Size(width, 3), look: look)
                canvas.text(text, x: 0, y: 0)
                canvas.text(text, x: -3, y: 1)
                canvas.text(TextWidth.truncated(text, to: width), x: 0, y: 2)
                for (y, row) in canvas.rows.enumerated() {
                    #expect(TextWidth.of(row) == width, "row \(y) at width \(width)")
                    #expect(row.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
                }
                if look == .ascii { #expect(canvas.rows.joined().utf8.allSatisfy { $0 < 0x7F }) }
            }
        }
    }

    @Test("hostile text wraps into rows that fit", arguments: hostileTexts.indices)
    func wrappedRowsFit(index: Int) {
        for width in [1, 2, 9, 50] {
            let rows = TextWrap.rows(hostileTexts[index], width: width)
            #expect(rows.allSatisfy { TextWidth.of($0) <= width })
            #expect(rows.count <= 16_384)
        }
    }

    @Test("text breaks at blanks, and inside a word only when it is longer than a row")
    func wrapping() {
        #expect(TextWrap.rows("the quick brown fox", width: 10) == ["the quick", "brown fox"])
        #expect(TextWrap.rows("abcdefghijkl mn", width: 5) == ["abcde", "fghij", "kl mn"])
        #expect(TextWrap.rows("one\n\ntwo", width: 9) == ["one", "", "two"])
        #expect(TextWrap.rows("漢字漢字", width: 5) == ["漢字", "漢字"])
        #expect(TextWrap.rows("anything", width: 0).isEmpty)
    }

    @Test("line ends of a text that was wrapped before go away, those that mean something stay")
    func paragraphs() {
        let long = String(repeating: "word ", count: 20) + "end"
        #expect(TextWrap.paragraphs("\(long)\non. And\nnew") == "\(long) on. And\nnew")
        #expect(TextWrap.paragraphs("- \(long)\n  goes on\n- next") == "- \(long) goes on\n- next")
        #expect(TextWrap.paragraphs("\(long)\n\nnext\n1. \(long)\n2. last") == "\(long)\n\nnext\n1. \(long)\n2. last")
        #expect(TextWrap.paragraphs("Read:\nscene") == "Read:\nscene")
    }

    @Test("widths agree with what terminals draw")
    func widths() {
        #expect(TextWidth.of("résumé") == 6)
        #expect(TextWidth.of("漢字") == 4)
        #expect(TextWidth.of("●▲✗…→⊘◐") == 7)
        #expect(TextWidth.of("⚠️") == 1)
        #expect(TextWidth.of("e\u{301}") == 1)
        #expect(TextWidth.truncated("a long sentence", to: 7) == "a long…")
        #expect(TextWidth.truncated("漢字漢字", to: 4 + 1) == "漢字…")
        #expect(TextWidth.truncated("fits", to: 4) == "fits")
    }
}

@Suite("Numbers", .shared)
struct NumberFormatTests {
    @Test(
        "durations never take more than six columns",
        arguments: zip(
            [
                0, 0.000006, 0.0000994, 0.0000996, 0.0004, 0.0099, 0.01, 0.5, 0.9996, 1.237, 9.999, 12.34, 99.96, 725,
                43_500, 1e7, .infinity,
            ],
            [
                "0µs", "6µs", "99µs", "0.1ms", "0.4ms", "9.9ms", "10ms", "500ms", "1.00s", "1.24s", "10.0s", "12.3s",
                "1m40s", "12m05s",
                "12h05m",
                "115d", "?",
            ]))
    func durations(seconds: Double, text: String) {
        #expect(NumberFormat.duration(seconds) == text)
        #expect(NumberFormat.duration(seconds).count <= 6)
    }

    @Test("microseconds can be told in ASCII")
    func microseconds() {
        var canvas = Canvas(Size(3, 1), look: .ascii)
        canvas.text(NumberFormat.duration(0.000006), x: 0, y: 0)
        #expect(canvas.rows == ["6us"])
    }

    @Test(
        "bytes never take more than five columns",
        arguments: zip(
            [0, 999, 1000, 12_345, 99_960, 999_600, 1_200_000, 5_000_000_000],
            ["0B", "999B", "1.0k", "12.3k", "100k", "1.0M", "1.2M", "5.0G"]))
    func bytes(count: Int, text: String) {
        #expect(NumberFormat.bytes(count) == text)
    }

    @Test("clocks, counts and shares")
    func others() {
        #expect(NumberFormat.clock(3_725.9) == "01:02:05")
        #expect(NumberFormat.stamp(65.39) == "01:05.3")
        #expect(NumberFormat.count(1_234_567) == "1 234 567")
        #expect(NumberFormat.count(-12) == "-12")
        #expect(NumberFormat.percent(0.1234, 1) == "12.3%")
        #expect(NumberFormat.fixed(-0.04, 1) == "0.0")
        #expect(NumberFormat.fixed(2.05, 2) == "2.05")
        #expect(NumberFormat.age(3.29) == "3.2s")
    }
}
