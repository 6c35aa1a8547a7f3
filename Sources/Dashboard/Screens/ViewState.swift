/// How the person looks at the session: nothing of it concerns the engine.
struct ViewState: Sendable, Equatable {
    /// What lies over the panels and takes the keys of the view.
    enum Overlay: Sendable, Equatable {
        case help
        /// What happened while nobody was there.
        case away
        /// One decision, by its number.
        case decision(Int)
    }

    var focus = PanelID.picture { didSet { isHeaderFocused = false } }
    /// The header has the focus instead, on its way round between the last panel and the first.
    var isHeaderFocused = false
    var isZoomed = false
    var overlay: Overlay? {
        didSet {
            if overlay == nil { (search, match) = ("", nil) }
            if case .decision = overlay { return }
            if followsOnClose { chosen = nil }
            followsOnClose = false
        }
    }
    /// The open decision was chosen by nobody, it is the newest: closing it follows the newest again. Otherwise the
    /// log would stand still because somebody read a line.
    var followsOnClose = false
    var overlayScroll = 0
    var statisticsScroll = 0
    /// Rows each panel is scrolled away from where it rests.
    var scrolls: [PanelID: Int] = [:]
    /// The decision that is chosen, by its number; `nil` follows the newest.
    var chosen: Int?
    /// The newest interpretation that was there when the log was scrolled back: later ones wait below it.
    var heldInterpretation: Int?
    /// What the lines of a log must contain to be shown; a log that is not here shows all.
    var filters: [PanelID: String] = [:]
    /// What is looked for in the text that lies over the panels.
    private var search = ""
    /// What is typed: what the overlay is searched for, else the filter of ``filteredLog``.
    var filter: String {
        get { overlay == nil ? filters[filteredLog] ?? "" : search }
        set {
            match = nil
            if overlay != nil { search = newValue } else { filters[filteredLog] = newValue.isEmpty ? nil : newValue }
        }
    }
    /// The row of the overlay, or of the zoomed interpreter, that was gone to because it contains what is looked for.
    var match: Int?
    /// The log that has the focus, else the decisions.
    var filteredLog: PanelID { focus.restsAtEnd ? focus : .decisions }
    var decisionFilter: String { filters[.decisions] ?? "" }
    /// Whether the log that has the focus shows only some of its lines.
    private var hasFilter: Bool { overlay == nil && focus.restsAtEnd && !filter.isEmpty }
    /// Keys go into the filter.
    var isTyping = false
    /// What the filter was before it was typed.
    var filterBefore = ""
    /// The panels are looked at once more after the end, and not the final statistics.
    var looksBack = false
    /// Clicks and the wheel come to the dashboard.
    var usesMouse = false
    /// How often stop was asked for by key.
    var stopPresses = 0

    /// The session is a replay: keys tell the agent nothing.
    var isReplay = false
    /// There is nothing to press in what is seen.
    var isWatched = false

    var isHelpOpen: Bool { overlay == .help }

    /// What `q` closes, as a word for a hint; `nil` where nothing is open, and it stops the session.
    var closeWord: String? {
        overlay != nil ? "close" : hasFilter ? "show all" : looksBack ? "statistics" : nil
    }

    /// Closes what is open, one thing at a time.
    mutating func close() {
        if overlay != nil {
            overlay = nil
            overlayScroll = 0
        } else if hasFilter {
            filter = ""
        } else {
            looksBack = false
        }
    }

    /// Moves a scroll value. Logs rest at their end, so for them up means away from it.
    static func moved(_ value: Int, _ scroll: Scroll, page: Int, limit: Int, restsAtEnd: Bool) -> Int {
        let delta = scroll.rows(page: page) ?? (scroll == .top ? -limit : limit)
        return max(0, min(limit, value + (restsAtEnd ? -delta : delta)))
    }
}

extension Scroll {
    /// Rows down, of a page that is so high; `nil` for an end, however far that is.
    func rows(page: Int) -> Int? {
        // One row of the page before stays in sight.
        let page = max(1, page - 1)
        return switch self {
        case .lineUp: -1
        case .lineDown: 1
        case .halfUp: -max(1, page / 2)
        case .halfDown: max(1, page / 2)
        case .pageUp: -page
        case .pageDown: page
        case .top, .bottom: nil
        }
    }
}

extension PanelID {
    /// Logs show their newest lines until they are scrolled back.
    var restsAtEnd: Bool { self == .decisions || self == .interpreter }
}
