import Canvas
import Engine

/// What a panel needs besides the snapshot: how it is looked at, and the time of this drawing.
struct PanelView: Sendable {
    /// Seconds since the session started. Ages are counted to this moment, never to a clock of the panel's own.
    var now = 0.0
    var isFocused = false
    var isZoomed = false
    /// Keys that matter here, for the border; a panel may have something better to say there.
    var hint = ""
    /// Whether keys are the dashboard's; while a person drives they go to the game, and no border may name them.
    var takesKeys = true
    /// Rows scrolled away from the newest (logs) or from the top (tables).
    var scroll = 0
    /// Seconds after which a connection attempt, and a whole request, are given up: ages are coloured against these.
    var connectBudget = 10.0
    var totalBudget = 30.0
    /// The picture to show, already turned into cells.
    var raster: PictureRaster?
    var frameSequence: UInt64?
    /// Whether pictures are shown at all.
    var showsPicture = true
    /// Seconds since the picture last changed.
    var pictureAge: Double?
    /// The decision that is chosen, by its number; `nil` follows the newest.
    var chosen: Int?
    /// The newest interpretation to show; `nil` shows all.
    var heldInterpretation: Int?
    /// What lines must contain to be shown.
    var filter = ""
}

/// How far the content of a panel goes beyond what is shown: scrolling further than this does nothing.
typealias ScrollLimit = Int

extension Canvas {
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

extension PanelView {
    /// Whether the log of interpretations shows this one.
    func shows(_ interpretation: Interpretation) -> Bool {
        if let heldInterpretation, interpretation.id > heldInterpretation { return false }
        let wanted = filter.lowercased()
        return wanted.isEmpty || interpretation.text.lowercased().contains(wanted)
            || interpretation.perspective.rawValue.contains(wanted)
    }

    /// Whether the log of interpretations stands still while newer ones come.
    var isLogHeld: Bool { scroll > 0 || heldInterpretation != nil }

    /// What stands where a filter leaves nothing.
    var emptyLog: String { "no line contains \"\(TextWidth.sanitized(filter))\"" }

    /// What of the log of interpretations is not shown.
    var logHint: String {
        var hints: [String] = []
        if !filter.isEmpty, isZoomed { hints.append("/" + filter) }
        if isLogHeld { hints.append("\(scroll) back" + (takesKeys ? ", f follows" : "")) }
        return hints.joined(separator: "  ")
    }
}
