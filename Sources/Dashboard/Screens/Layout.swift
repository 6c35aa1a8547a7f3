import Canvas

/// The panels a person can look at one by one, in the order of their digits.
enum PanelID: Int, Sendable, CaseIterable {
    case picture = 1
    case connections, loops, interpreter, decisions, cleanup

    var digit: Int { rawValue }
    var title: String { "\(self)" }
}

/// Where everything is on the running screen: a pure function of the size, the focus, the zoom and whether the session
/// is being closed.
struct Layout: Equatable, Sendable {
    enum Tier: Sendable, Equatable { case wide, compact, single, tooSmall }

    static let smallest = Size(40, 10)

    let tier: Tier
    var header = Rect(x: 0, y: 0, width: 0, height: 0)
    var footer = Rect(x: 0, y: 0, width: 0, height: 0)
    /// Of a replay; empty where there is none.
    var bar = Rect(x: 0, y: 0, width: 0, height: 0)
    /// Panels that are not here are not shown.
    var panels: [PanelID: Rect] = [:]

    init(_ size: Size, focus: PanelID = .picture, zoomed: Bool = false, closing: Bool = false, hasBar: Bool = false) {
        tier = Self.tier(of: size)
        guard tier != .tooSmall else { return }
        header = Rect(x: 0, y: 0, width: size.width, height: 1)
        footer = Rect(x: 0, y: size.height - 1, width: size.width, height: 1)
        let body = Rect(x: 0, y: 1, width: size.width, height: size.height - (hasBar ? 3 : 2))
        if hasBar { bar = Rect(x: 0, y: body.maxY, width: size.width, height: 1) }
        let extra = body.height - (tier == .wide ? 30 : 22)
        if zoomed || tier == .single {
            panels[focus] = body
        } else if tier == .wide {
            // Ten lanes, one a row, on the right; the picture keeps its shape on the left. What a larger terminal has
            // more goes to the picture, the commentary and the decisions. While everything is closed the lanes matter
            // less than what is being closed.
            arrange(
                body, leftWidth: 60 + (body.width - 120) / 2, picture: 13 + extra * 2 / 5, loops: 9 + min(2, extra / 4),
                connections: closing ? 13 : 15 + min(4, extra / 4), cleanup: (closing ? 12 : 7) + extra / 4)
        } else {
            arrange(
                body, leftWidth: body.width / 2, picture: 10 + extra / 3, loops: 6 + extra / 3,
                connections: 9 + min(4, extra / 3), cleanup: (closing ? 8 : 5) + extra / 4)
        }
    }

    static func tier(of size: Size) -> Tier {
        if size.width >= 120, size.height >= 32 { return .wide }
        if size.width >= 80, size.height >= 24 { return .compact }
        return size.width >= smallest.width && size.height >= smallest.height ? .single : .tooSmall
    }

    /// Two columns of panels; decisions and commentary take the rows that the others leave.
    private mutating func arrange(
        _ body: Rect, leftWidth: Int, picture: Int, loops: Int, connections: Int, cleanup: Int
    ) {
        stack(
            [(.picture, picture), (.loops, loops), (.decisions, body.height - picture - loops)],
            x: body.x, y: body.y, width: leftWidth)
        stack(
            [(.connections, connections), (.interpreter, body.height - connections - cleanup), (.cleanup, cleanup)],
            x: body.x + leftWidth, y: body.y, width: body.width - leftWidth)
    }

    private mutating func stack(_ column: [(PanelID, Int)], x: Int, y: Int, width: Int) {
        var top = y
        for (panel, height) in column {
            panels[panel] = Rect(x: x, y: top, width: width, height: height)
            top += height
        }
    }
}

/// The one line that a terminal gets which is too small for a panel. Keys work as ever.
enum TooSmallScreen {
    static func message(_ size: Size) -> String {
        let need = "need \(Layout.smallest.width)x\(Layout.smallest.height)"
        let whole = "\(need), have \(size.width)x\(size.height)"
        return TextWidth.of(whole) <= size.width ? whole : need
    }

    static func draw(into canvas: inout Canvas) {
        let text = message(canvas.size)
        canvas.text(
            text, x: max(0, (canvas.size.width - TextWidth.of(text)) / 2), y: canvas.size.height / 2,
            columns: canvas.size.width, Style(.warning))
    }
}
