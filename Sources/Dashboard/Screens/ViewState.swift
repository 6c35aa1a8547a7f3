/// How the person looks at the session: nothing of it concerns the engine.
struct ViewState: Sendable, Equatable {
    var focus = PanelID.picture
    var isZoomed = false
    var isHelpOpen = false
    var helpScroll = 0
    var statisticsScroll = 0
    /// Rows each panel is scrolled away from where it rests.
    var scrolls: [PanelID: Int] = [:]
    /// How often stop was asked for by key.
    var stopPresses = 0

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
