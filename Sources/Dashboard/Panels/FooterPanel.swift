import Engine

/// The keys that matter now, and what was last said to the operator.
enum FooterPanel {
    /// Seconds that a notice stays.
    static let noticeTime = 6.0

    static func draw(_ snapshot: Snapshot, into canvas: inout Canvas, at rect: Rect, stopPresses: Int, now: Double) {
        canvas.clipped(to: rect) { canvas in
            canvas.fill(rect)
            var room = rect.width - 1
            if let notice = snapshot.notices.last, now - notice.time < noticeTime, snapshot.state != .stopping {
                let text = TextWidth.truncated(
                    notice.text, to: max(0, rect.width - 22), ellipsis: canvas.glyphs.ellipsis)
                let width = canvas.textEnding(text, right: rect.maxX - 1, y: rect.y, Style(.info))
                room -= width + 2
            }
            var x = rect.x + 1
            for (key, word) in fitting(entries(snapshot, stopPresses: stopPresses), columns: room - 1) {
                x += canvas.text(key, x: x, y: rect.y, Style(.key)) + (key.isEmpty ? 0 : 1)
                x += canvas.text(word, x: x, y: rect.y, .label) + 2
            }
        }
    }

    /// What fits: the last one (the way to the others) always, before it as many as there is room for.
    private static func fitting(
        _ entries: [(key: String, word: String)], columns: Int
    ) -> [(key: String, word: String)] {
        guard let last = entries.last else { return [] }
        func width(_ entry: (key: String, word: String)) -> Int {
            TextWidth.of(entry.key) + 1 + TextWidth.of(entry.word) + 2
        }
        var left = columns + 2 - width(last)
        let first = entries.dropLast().prefix { entry in
            left -= width(entry)
            return left >= 0
        }
        return first + [last]
    }

    /// Key and word, most important first; the last one is shown always.
    static func entries(_ snapshot: Snapshot, stopPresses: Int) -> [(key: String, word: String)] {
        switch snapshot.state {
        case .stopping:
            stopPresses > 1
                ? [("q", "leave now"), ("", "deadlines are cut short")]
                : [("q", stopPresses == 0 ? "do not wait" : "again: do not wait"), ("", "closing everything in order")]
        case .operatorDrives:
            [
                ("Esc Esc", "give back"), ("wasd", "move"), ("arrows", "look"), ("Enter", "strike"), ("!", "panic"),
                ("q", "stop"), ("?", "help"),
            ]
        default:
            KeyMap.footer.map { binding in
                let isResume = binding.action == .pause && (snapshot.state == .paused || snapshot.state == .held)
                return (binding.name, isResume ? "resume" : binding.footer ?? "")
            }
        }
    }
}
