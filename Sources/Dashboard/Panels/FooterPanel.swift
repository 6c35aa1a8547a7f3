import Canvas
import Engine
import Record
import Terminal

/// The keys that matter now.
enum FooterPanel {
    struct Entry {
        /// How the keys are called.
        var keys: String
        var word: String
        /// What a click on it presses; empty where it only tells something.
        var presses: [Key] = []
    }

    /// Where an entry was drawn, for clicks.
    struct Button: Sendable {
        var rect: Rect
        var presses: [Key]
    }

    /// Draws the keys of the running screen; returns where.
    @discardableResult
    static func draw(
        _ snapshot: Snapshot, into canvas: inout Canvas, at rect: Rect, view: ViewState = ViewState(),
        isFrozen: Bool = false, isAlone: Bool = false, search: (words: String, place: String)? = nil,
        replay: ReplayStatus? = nil
    ) -> [Button] {
        var entries = replay.map { Self.entries(of: $0, view) }
            ?? Self.entries(snapshot, view, isFrozen: isFrozen, isAlone: isAlone)
        if let search, !view.isTyping {
            let words = TextWidth.truncated(search.words, to: 20, ellipsis: canvas.glyphs.ellipsis)
            entries.insert(Entry(keys: words, word: search.place), at: 0)
            entries.insert(entry([.nextMatch, .previousMatch], "next, previous"), at: 1)
        }
        return draw(entries, into: &canvas, at: rect, typed: view.isTyping ? "/" + view.filter : nil)
    }

    /// Draws as many entries as there is room for, after what is being typed, with the cursor behind it; returns where.
    static func draw(_ entries: [Entry], into canvas: inout Canvas, at rect: Rect, typed: String? = nil) -> [Button] {
        var buttons: [Button] = []
        canvas.clipped(to: rect) { canvas in
            canvas.fill(rect)
            var x = rect.x + 1
            var columns = rect.width - 2
            if let typed {
                // Of a long text the end is what is typed at.
                let (text, room) = (TextWidth.sanitized(typed), max(3, columns - 25))
                x += canvas.text(Self.ending(text, room), x: x, y: rect.y, columns: room, Style(.key, .bold))
                canvas.cursor = Point(x: min(x, rect.maxX - 1), y: rect.y)
                x += 3
                columns -= x - rect.x - 1
            }
            for entry in fitting(entries, columns: columns) {
                let start = x
                x += canvas.text(entry.keys, x: x, y: rect.y, Style(.key)) + (entry.keys.isEmpty ? 0 : 1)
                x += canvas.text(entry.word, x: x, y: rect.y, .label)
                let place = Rect(x: start, y: rect.y, width: x - start, height: 1)
                if !entry.presses.isEmpty { buttons.append(Button(rect: place, presses: entry.presses)) }
                x += 2
            }
        }
        return buttons
    }

    /// As much of the end of a text as fits.
    private static func ending(_ text: String, _ columns: Int) -> String {
        var text = text
        while TextWidth.of(text) > columns { text.removeFirst() }
        return text
    }

    /// What fits: the last one (the way to the others) always, before it as many as there is room for.
    private static func fitting(_ entries: [Entry], columns: Int) -> [Entry] {
        guard let last = entries.last else { return [] }
        func width(_ entry: Entry) -> Int {
            TextWidth.of(entry.keys) + 1 + TextWidth.of(entry.word) + 2
        }
        var left = columns + 2 - width(last)
        let first = entries.dropLast().prefix { entry in
            left -= width(entry)
            return left >= 0
        }
        return first + [last]
    }

    /// Key and word, most important first; the last one is shown always.
    static func entries(
        _ snapshot: Snapshot, _ view: ViewState = ViewState(), isFrozen: Bool = false, isAlone: Bool = false
    ) -> [Entry] {
        let state = snapshot.state
        if view.isTyping { return [entry("Enter", "keep", .enter), entry("Esc", "as before", .escape)] }
        if let overlay = view.overlay {
            var entries = [entry("q", "close", "q"), scrolling]
            if case .decision = overlay { entries.insert(entry([.previous, .next], "older, newer"), at: 1) }
            if state == .operatorDrives { entries.append(entry([.panic], "panic")) }
            return entries + [entry("^C", state == .ended ? "leave" : "stop", .control("c"))]
        }
        switch state {
        case .stopping:
            let presses = view.stopPresses
            let word = presses > 1 ? "leave now" : presses == 0 ? "do not wait" : "again: do not wait"
            let what = presses > 1 ? "deadlines are cut short" : "closing everything in order"
            return [entry("q", view.closeWord ?? word, "q"), Entry(keys: "", word: what)]
        case .operatorDrives:
            return [
                entry("Esc Esc", "give back", .escape, .escape), Entry(keys: "wasd", word: "move"),
                Entry(keys: "arrows", word: "look"), entry("Enter", "strike", .enter), entry([.panic], "panic"),
                entry([.stop], view.closeWord ?? "stop"), entry([.help], "help"),
            ]
        case .ended where !view.looksBack: return [entry("any key", "shows the statistics", " ")]
        default: break
        }
        let alone: KeyAction? = isAlone ? (view.isZoomed ? .zoom : .focusNext) : nil
        var entries = KeyMap.footer.filter { $0.action != alone }.compactMap { binding in
            KeyHints.word(binding.action, binding.footer ?? "", in: state, view).map {
                Entry(keys: binding.name, word: $0, presses: Array(binding.keys.prefix(1)))
            }
        }
        // Where one panel is all there is to see, the way to the others comes before what keys do to the agent.
        if let alone { entries.insert(entry([alone], view.isZoomed ? "all panels" : "next panel"), at: 1) }
        if isFrozen { entries.insert(entry([.freeze], "unfreeze"), at: 0) }
        return entries
    }

    /// What keys do in a replay.
    private static func entries(of replay: ReplayStatus, _ view: ViewState) -> [Entry] {
        if view.isTyping { return [entry("Enter", "keep", .enter), entry("Esc", "as before", .escape)] }
        var entries = ReplayKeys.footer(replay).map { Entry(keys: $0.keys, word: $0.word, presses: [$0.presses]) }
        if view.overlay != nil {
            entries = [scrolling] + (view.overlay == .help ? [] : [entry([.previous, .next], "older, newer")])
        }
        return [entry("q", view.closeWord ?? "leave", "q")] + entries + [entry([.help], "help")]
    }

    /// What keys do on the final statistics, which can be scrolled or not.
    static func statisticsEntries(isScrolled: Bool, replay: ReplayStatus? = nil) -> [Entry] {
        if replay != nil {
            return [
                entry("q", "leave", "q"), entry("[", "10s back", "["), entry("space", "from the beginning", " "),
                entry([.focusNext], "panels"), entry([.help], "help"),
            ]
        }
        return [entry("q", "leave", "q")] + (isScrolled ? [scrolling] : []) + [
            entry("1-6", "panels", "1"), entry([.filter], "filter"), entry([.help], "help"),
        ]
    }

    private static var scrolling: Entry { entry([.scroll(.lineDown), .scroll(.lineUp)], "scroll") }

    private static func entry(_ keys: String, _ word: String, _ presses: Key...) -> Entry {
        Entry(keys: keys, word: word, presses: presses)
    }

    /// The first keys of some actions, and a word for all of them; a click presses the first.
    private static func entry(_ actions: [KeyAction], _ word: String) -> Entry {
        let keys = actions.compactMap(KeyMap.key(of:))
        return Entry(keys: keys.map(\.name).joined(separator: " "), word: word, presses: Array(keys.prefix(1)))
    }
}
