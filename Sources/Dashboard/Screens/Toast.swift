import Canvas
import Engine
import Record

/// A sentence for the person, over the lower end of the panels, for a moment.
enum Toast {
    /// Seconds that a sentence stays.
    static let time = 5.0

    struct Message: Sendable, Equatable {
        var time: Double
        var text: String
        /// It is true in whichever state the session is.
        var outlivesState = false
    }

    /// Seconds by which what is said of a change may come before the change: they are posted apart.
    private static let changeSlack = 0.1

    /// What is said to the person now: the engine's word or the dashboard's, whichever is newer. What was said before
    /// the state changed is not: it may contradict what the header says.
    static func current(_ snapshot: Snapshot, _ message: Message?, now: Double) -> String? {
        let notice = snapshot.notices.last.map { Message(time: $0.time, text: $0.text) }
        let current = [message, notice].compactMap(\.self)
            .filter { now - $0.time < time && ($0.outlivesState || $0.time >= snapshot.stateSince - changeSlack) }
        // What is said of the terminal as the session starts is not covered by what the session says then.
        if current.first?.outlivesState == true { return current.map(\.text).joined(separator: "; ") }
        return current.max { $0.time < $1.time }?.text
    }

    /// Draws it above the lowest rows, which are for keys and for the bar of a replay.
    static func draw(_ text: String?, above below: Int = 1, into canvas: inout Canvas) {
        guard let text, canvas.size.width >= 12, canvas.size.height >= 6 else { return }
        let rows = Array(TextWrap.rows(text, width: min(56, canvas.size.width - 6)).prefix(3))
        guard let widest = rows.map({ TextWidth.of($0) }).max() else { return }
        // A box takes two rows more than its text: too many where there are few.
        let isBoxed = canvas.size.height >= 16
        let width = widest + (isBoxed ? 4 : 2)
        let height = rows.count + (isBoxed ? 2 : 0)
        let rect = Rect(
            x: canvas.size.width - width - 1, y: canvas.size.height - below - height, width: width, height: height)
        canvas.fill(rect, with: Cell(" ", Style(.info, isBoxed ? [] : .reverse)))
        if isBoxed {
            var box = BoxText()
            box.isFocused = true
            canvas.box(rect, box)
        }
        for (row, text) in rows.enumerated() {
            canvas.text(
                text, x: rect.x + (isBoxed ? 2 : 1), y: rect.y + (isBoxed ? 1 : 0) + row, columns: widest,
                Style(.info, isBoxed ? .bold : .reverse))
        }
    }
}
