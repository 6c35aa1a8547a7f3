import Testing

@testable import Dashboard

@Suite("Bytes of a frame", .shared)
struct FrameBytesTests {
    @Test(
        "what does nothing is left out, and all else stays",
        arguments: [
            ("", ""), ("abc\u{1b}[H", "abc\u{1b}[H"),
            ("\u{1b}(B\u{1b}[0;1m6\u{1b}[39m\u{1b}(B\u{1b}[m", "\u{1b}[0;1m6\u{1b}[m"),
            ("\u{1b}[39ma\u{1b}[m", "\u{1b}[39ma\u{1b}[m"), ("\u{1b}[39m\u{1b}[1m", "\u{1b}[39m\u{1b}[1m"),
            ("\u{1b}[39;49m\u{1b}[m", "\u{1b}[m"), ("\u{1b}[49m\u{1b}[0;7mx", "\u{1b}[0;7mx"),
            ("\u{1b}(0q\u{1b}(", "\u{1b}(0q\u{1b}("), ("\u{1b}", "\u{1b}"), ("é▀\u{1b}(B", "é▀"),
        ])
    func trimmed(frame: String, expected: String) {
        #expect(String(decoding: FrameBytes.trimmed(Array(frame.utf8)), as: UTF8.self) == expected)
    }
}
