import Canvas
import Engine
import Record
import Terminal

/// Says in the middle of the screen that the agent plays no more because a loop of it does not work, and what can be
/// done. Nothing else may look as calm as an agent whose input is held.
enum HeldBanner {
    /// The keys that it offers, for the line at its end.
    static let keys: [(action: KeyAction, word: String)] = [
        (.pause, "starts it again"), (.takeOver, "you play"), (.stop, "ends the session"),
    ]

    /// What it says; `nil` when there is nothing to say.
    static func lines(_ snapshot: Snapshot, now: Double, width: Int, takesKeys: Bool = true) -> [StyledLine]? {
        let dead = snapshot.deadLoops
        guard snapshot.state == .held, !dead.isEmpty else { return nil }
        var lines: [StyledLine] = []
        for (name, failure) in dead.prefix(3) {
            let times = switch failure.restart {
            case 0: ""
            case 1: " after a restart"
            default: " after \(failure.restart) restarts"
            }
            let what = "\(name.rawValue) does not work\(times): \(TextWidth.sanitized(failure.message))"
            lines += TextWrap.rows(what, width: width).prefix(3).map { StyledLine($0, Style(.bad, .bold)) }
        }
        if dead.count > 3 { lines.append(StyledLine("and \(dead.count - 3) more loops", Style(.bad, .bold))) }
        let since = dead.map(\.failure.time).min() ?? now
        let rest = "All keys are released and the agent presses none, for \(NumberFormat.clock(max(0, now - since)))."
        lines += TextWrap.rows(rest, width: width).map { StyledLine($0, Style(.text)) }
        guard takesKeys else { return lines }
        lines.append(StyledLine())
        lines.append(
            StyledLine(
                keys.enumerated().flatMap { index, key -> [Span] in
                    guard let name = KeyMap.key(of: key.action)?.name else { return [] }
                    return [Span(index == 0 ? name : "   " + name, .key, .bold), Span(" " + key.word, .text)]
                }))
        return lines
    }

    static func draw(_ snapshot: Snapshot, now: Double, takesKeys: Bool = true, into canvas: inout Canvas) {
        let width = min(72, canvas.size.width - 4)
        guard let lines = lines(snapshot, now: now, width: width - 4, takesKeys: takesKeys) else { return }
        let height = min(canvas.size.height - 2, lines.count + 2)
        let rect = Rect(
            x: (canvas.size.width - width) / 2, y: max(1, (canvas.size.height - height) / 2), width: width,
            height: height)
        var box = BoxText()
        box.title = "\(canvas.glyphs.held) INPUT HELD"
        box.isFocused = true
        canvas.fill(rect)
        canvas.box(rect, box)
        let inside = Rect(x: rect.x + 2, y: rect.y + 1, width: rect.width - 4, height: rect.height - 2)
        canvas.clipped(to: inside) { canvas in
            for (row, line) in lines.enumerated() {
                canvas.line(line, x: rect.x + 2, y: rect.y + 1 + row, columns: rect.width - 4)
            }
        }
    }
}
