import Engine
import Record

/// Going from one place to the next that contains what is looked for.
extension DashboardState {
    /// To the next one down (1) or up (-1), and from the last one on at the other end.
    mutating func goToMatch(_ step: Int, _ snapshot: Snapshot, now: Double) {
        guard !view.filter.isEmpty else { return say("nothing is looked for: / begins", now: now) }
        if view.overlay == nil {
            view.focus = view.filteredLog
            guard view.focus == .interpreter else { return chooseMatch(step, snapshot) }
            view.isZoomed = true
            // What comes meanwhile must not move the rows away.
            view.heldInterpretation = view.heldInterpretation ?? snapshot.interpretations.last?.id
        }
        matchSteps.append(step)
    }

    /// Goes where keys asked for since the last frame; false when none did.
    mutating func takeMatchSteps() -> Bool {
        defer { matchSteps = [] }
        for step in matchSteps { goToMatchInText(step) }
        return !matchSteps.isEmpty
    }

    /// Of a filtered log every line is one. The first key chooses the newest.
    private mutating func chooseMatch(_ step: Int, _ snapshot: Snapshot) {
        let lines = DecisionsPanel.lines(snapshot, filter: view.decisionFilter)
        guard let last = lines.indices.last else { return }
        let next = DecisionsPanel.index(of: view.chosen, in: lines).map { ($0 + step + lines.count) % lines.count }
        view.chosen = lines[next ?? last].decision.id
    }

    /// In the overlay, else in the zoomed interpreter, as they were last drawn.
    private mutating func goToMatchInText(_ step: Int) {
        let (matches, window) = (textWindow.matches, textWindow)
        guard let first = matches.first, let last = matches.last else { return }
        // The first time from what is on the screen.
        let start = view.match ?? (step > 0 ? window.first - 1 : window.first + window.rows)
        let row = step > 0 ? matches.first { $0 > start } ?? first : matches.last { $0 < start } ?? last
        view.match = row
        guard !(window.first..<window.first + window.rows).contains(row) else { return }
        let top = max(0, min(window.limit, row - window.rows / 2))
        if view.overlay != nil { view.overlayScroll = top } else { view.scrolls[.interpreter] = window.limit - top }
    }

    /// Where the search stands, for the footer; `nil` where nothing is searched for in a text.
    var searchStatus: (words: String, place: String)? {
        let isText = view.overlay != nil || view.focus == .interpreter && view.isZoomed
        guard isText, !view.filter.isEmpty else { return nil }
        let number = view.match.flatMap(textWindow.matches.firstIndex(of:)).map { "\($0 + 1) of " } ?? ""
        return ("/" + view.filter, "\(number)\(textWindow.matches.count) rows")
    }
}
