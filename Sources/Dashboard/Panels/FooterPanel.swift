import Canvas
import Engine

/// The keys that matter now.
enum FooterPanel {
    typealias Entry = (key: String, word: String)

    static func draw(
        _ snapshot: Snapshot, into canvas: inout Canvas, at rect: Rect, view: ViewState = ViewState(),
        isFrozen: Bool = false, isAlone: Bool = false
    ) {
        canvas.clipped(to: rect) { canvas in
            canvas.fill(rect)
            var x = rect.x + 1
            var columns = rect.width - 2
            if view.isTyping {
                let text = TextWidth.sanitized("/" + view.filter) + canvas.glyphs.cursor
                x += canvas.text(text, x: x, y: rect.y, columns: max(4, columns - 24), Style(.key, .bold)) + 2
                columns -= x - rect.x - 1
            }
            let entries = entries(snapshot, view, isFrozen: isFrozen, isAlone: isAlone)
            for (key, word) in fitting(entries, columns: columns) {
                x += canvas.text(key, x: x, y: rect.y, Style(.key)) + (key.isEmpty ? 0 : 1)
                x += canvas.text(word, x: x, y: rect.y, .label) + 2
            }
        }
    }

    /// What fits: the last one (the way to the others) always, before it as many as there is room for.
    private static func fitting(_ entries: [Entry], columns: Int) -> [Entry] {
        guard let last = entries.last else { return [] }
        func width(_ entry: Entry) -> Int {
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
    static func entries(
        _ snapshot: Snapshot, _ view: ViewState = ViewState(), isFrozen: Bool = false, isAlone: Bool = false
    ) -> [Entry] {
        if view.isTyping { return [("Enter", "keep"), ("Esc", "show all")] }
        switch snapshot.state {
        case .stopping:
            let presses = view.stopPresses
            return presses > 1
                ? [("q", "leave now"), ("", "deadlines are cut short")]
                : [("q", presses == 0 ? "do not wait" : "again: do not wait"), ("", "closing everything in order")]
        case .operatorDrives where view.isHelpOpen:
            return [entry([.back], "close"), scrolling, entry([.panic], "panic"), entry([.stop], "stop")]
        case .operatorDrives:
            return [
                ("Esc Esc", "give back"), ("wasd", "move"), ("arrows", "look"), ("Enter", "strike"), ("!", "panic"),
                ("q", "stop"), ("?", "help"),
            ]
        case .ended: return [("any key", "shows the statistics")]
        default: break
        }
        switch view.overlay {
        case .help: return [entry([.back], "close"), scrolling, entry([.stop], "stop")]
        case .decision:
            return [
                entry([.back], "close"), entry([.previous, .next], "older, newer"), scrolling, entry([.stop], "stop"),
            ]
        case nil: break
        }
        let alone: KeyAction? = isAlone ? (view.isZoomed ? .zoom : .focusNext) : nil
        var entries = KeyMap.footer.filter { $0.action != alone }.compactMap { binding in
            KeyHints.word(binding.action, binding.footer ?? "", in: snapshot.state, isZoomed: view.isZoomed)
                .map { (binding.name, $0) }
        }
        // Where one panel is all there is to see, the way to the others comes before what keys do to the agent.
        if let alone { entries.insert(entry([alone], view.isZoomed ? "all panels" : "next panel"), at: 1) }
        if isFrozen { entries.insert(("F", "unfreeze"), at: 0) }
        return entries
    }

    private static var scrolling: Entry { entry([.scroll(.lineDown), .scroll(.lineUp)], "scroll") }

    /// The first keys of some actions, and a word for all of them.
    private static func entry(_ actions: [KeyAction], _ word: String) -> Entry {
        (actions.map(KeyMap.name(of:)).joined(separator: " "), word)
    }
}
