/// How the person looks at the session: nothing of it concerns the engine.
struct ViewState: Sendable, Equatable {
    /// What lies over the panels and takes the keys of the view.
    enum Overlay: Sendable, Equatable {
        case help
        /// One decision, by its number.
        case decision(Int)
    }

    var focus = PanelID.picture
    var isZoomed = false
    var overlay: Overlay? {
        didSet {
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
    /// The filter that is typed: of the log that has the focus, else of the decisions.
    var filter: String {
        get { filters[typedLog] ?? "" }
        set { filters[typedLog] = newValue.isEmpty ? nil : newValue }
    }
    private var typedLog: PanelID { focus.restsAtEnd ? focus : .decisions }
    var decisionFilter: String { filters[.decisions] ?? "" }
    /// Whether the log that has the focus shows only some of its lines.
    private var hasFilter: Bool { focus.restsAtEnd && !filter.isEmpty }
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
        let page = max(1, page - 1)
        let delta: Int
        switch scroll {
        case .lineUp: delta = -1
        case .lineDown: delta = 1
        case .pageUp: delta = -page
        case .pageDown: delta = page
        case .top: delta = -limit
        case .bottom: delta = limit
        }
        return max(0, min(limit, value + (restsAtEnd ? -delta : delta)))
    }
}

extension PanelID {
    /// Logs show their newest lines until they are scrolled back.
    var restsAtEnd: Bool { self == .decisions || self == .interpreter }
}
