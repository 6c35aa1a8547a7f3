import Canvas

/// What every panel needs besides the snapshot: the time of this drawing, and how the panel stands on the screen.
struct PanelView: Sendable {
    /// Seconds since the session started. Ages are counted to this moment, never to a clock of the panel's own.
    var now = 0.0
    var isFocused = false
    var isZoomed = false
    /// Keys that matter here, for the border; a panel may have something better to say there.
    var hint = ""
    /// Whether keys are the dashboard's; while a person drives they go to the game, and no border may name them.
    var takesKeys = true
    /// No key tells the agent anything.
    var isReplay = false
    /// Rows scrolled away from the newest (logs) or from the top (tables).
    var scroll = 0
}

/// What a person looks for in a log.
struct LogView: Sendable {
    /// The decision that is chosen, by its number; `nil` follows the newest.
    var chosen: Int?
    /// The newest interpretation to show; `nil` shows all.
    var heldInterpretation: Int?
    /// What lines must contain to be shown.
    var filter = ""
    /// The row of the zoomed interpreter that was gone to because it contains that.
    var match: Int?

    /// What stands where the filter leaves nothing.
    var emptiness: String { "no line contains \"\(TextWidth.sanitized(filter))\"" }
}

/// How far the content of a panel goes beyond what is shown: scrolling further than this does nothing.
typealias ScrollLimit = Int

/// The rows of a list that are shown: so many from the first one on, and never past the end.
struct ScrollWindow {
    let first: Int
    let rows: Int
    let limit: ScrollLimit

    init(_ count: Int, rows: Int, from first: Int) {
        self.rows = max(0, rows)
        limit = max(0, count - self.rows)
        self.first = max(0, min(first, limit))
    }

    /// How many there are below.
    var more: Int { limit - first }

    /// The part of a list that is shown, each with the row it stands in.
    func shown<Item>(of items: [Item]) -> EnumeratedSequence<ArraySlice<Item>> {
        items.dropFirst(first).prefix(rows).enumerated()
    }
}

/// What is looked for in a text.
struct Search: Sendable {
    var wanted = ""
    /// The row that was gone to.
    var current: Int?
}

/// What of a text is on the screen, and which of its rows contain what is looked for.
struct TextWindow: Sendable {
    var first = 0
    var rows = 0
    var limit: ScrollLimit = 0
    var matches: [Int] = []
}

extension Canvas {
    /// Draws the rows of a text that are in the window, with what is looked for marked.
    mutating func rows(_ lines: [StyledLine], _ window: ScrollWindow, in area: Rect, search: Search) -> TextWindow {
        var drawn = TextWindow(first: window.first, rows: window.rows, limit: window.limit)
        let wanted = TextMatch(search.wanted)
        if !wanted.isEmpty { drawn.matches = lines.indices.filter { wanted.isIn(lines[$0].plain) } }
        for (row, line) in window.shown(of: lines) {
            self.line(line, x: area.x, y: area.y + row, columns: area.width)
            let place = Rect(x: area.x, y: area.y + row, width: area.width, height: 1)
            highlight(wanted, in: place, isCurrent: window.first + row == search.current)
        }
        return drawn
    }

    /// Draws a panel's border, then its content clipped to what is inside.
    mutating func panel(
        _ id: PanelID, _ rect: Rect, _ view: PanelView, _ text: BoxText, _ draw: (inout Canvas, Rect) -> Void
    ) {
        var text = text
        text.digit = id.digit
        text.isFocused = view.isFocused
        if text.title.isEmpty { text.title = id.title }
        if text.hint.isEmpty { text.hint = view.hint }
        fill(rect)
        box(rect, text)
        let inside = rect.inner
        guard !inside.isEmpty else { return }
        clipped(to: inside) { draw(&$0, inside) }
    }
}

/// What an age says against the time it may take.
enum AgeRole {
    static func of(_ age: Double, budget: Double) -> Role {
        guard budget > 0 else { return .text }
        return age < budget * 0.5 ? .good : age < budget * 0.8 ? .warning : .bad
    }
}
