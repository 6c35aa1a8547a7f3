import Canvas
import Engine
import Record
import Vision

/// One decision in full: the picture behind it, what was read from that, what the model was asked and said, and what
/// came of it.
enum DecisionOverlay {
    /// Draws it over the dimmed screen.
    static func draw(
        _ line: ActionLine, picture: Frame?, into canvas: inout Canvas, scroll: Int, search: Search = Search()
    ) -> OverlayBox.Drawn {
        var box = BoxText()
        box.title = "decision \(line.decision.id)"
        box.note = [Piece(line.decision.action.rawValue, .text, .bold)]
        box.hint = "h older  l newer"
        box.bottomLeft = [Piece("q closes", .dim)]
        let rect = OverlayBox.place(
            width: min(canvas.size.width, 150), height: canvas.size.height - 2, into: &canvas, box)
        let inner = rect.inner
        // Beside the text where there is room, above it on a tall narrow screen, left out where the text needs all.
        var text = Rect(x: inner.x + 1, y: inner.y, width: inner.width - 1, height: inner.height)
        let beside = inner.width >= 76
        let room =
            beside
            ? Size(inner.width * 9 / 20, inner.height)
            : Size(inner.width - 2, inner.height >= 16 ? inner.height / 3 : 0)
        let fitted = picture.map { FittedPicture($0, into: room, look: canvas.look) }
        if let fitted, fitted.size.height >= 4 {
            let size = fitted.size
            canvas.picture(fitted, x: inner.x + 1, y: inner.y)
            text =
                beside
                ? Rect(x: text.x + size.width + 2, y: text.y, width: text.width - size.width - 2, height: text.height)
                : Rect(x: text.x, y: text.y + size.height, width: text.width, height: text.height - size.height)
        }
        var lines = DecisionText.lines(line, width: text.width - 2, glyphs: canvas.glyphs)
        if picture == nil { lines.append(StyledLine("The picture is not kept any more.", .dim)) }
        return OverlayBox.Drawn(
            rect: rect, text: OverlayBox.rows(lines, text, into: &canvas, scroll: scroll, search: search))
    }
}

/// A decision as rows of text.
enum DecisionText {
    static func lines(_ line: ActionLine, width: Int, glyphs: Glyphs) -> [StyledLine] {
        var page = Page(width: max(20, width))
        decision(line, &page, glyphs)
        result(line, &page, glyphs)
        reading(line, &page)
        model(line, &page)
        return page.lines
    }

    /// Rows of a label and what belongs to it, under headings.
    private struct Page {
        let width: Int
        var lines: [StyledLine] = []
        private static let indent = 11

        init(width: Int) { self.width = width }

        mutating func heading(_ text: String) {
            if !lines.isEmpty { lines.append(StyledLine()) }
            lines.append(StyledLine(text, Style(.title, .bold)))
        }

        mutating func entry(_ label: String, _ text: String, _ style: Style = .text) {
            let head = NumberFormat.padded(label, Self.indent)
            let rows = TextWrap.rows(text, width: width - Self.indent)
            for (index, row) in (rows.isEmpty ? ["-"] : rows).enumerated() {
                let start = index == 0 ? head : String(repeating: " ", count: Self.indent)
                lines.append(StyledLine([Span(start, .dim), Span(row, style)]))
            }
        }

        mutating func text(_ text: String, _ style: Style = .text) {
            lines += TextWrap.rows(text, width: width).map { StyledLine($0, style) }
        }
    }

    private static func decision(_ line: ActionLine, _ page: inout Page, _ glyphs: Glyphs) {
        let decision = line.decision
        page.heading("Decision")
        page.entry("action", decision.action.rawValue, .bold)
        page.entry("because", decision.reason)
        page.entry("by", decision.source.rawValue, Style(DecisionsPanel.role(decision.source)))
        page.entry("priority", "\(decision.priority)", decision.priority == .critical ? Style(.bad) : .text)
        page.entry("at", "\(NumberFormat.clock(line.time)) into the session")
        page.entry("frame", "#\(decision.frame), \(decision.scene.rawValue)")
    }

    private static func result(_ line: ActionLine, _ page: inout Page, _ glyphs: Glyphs) {
        page.heading("Result")
        guard let outcome = line.outcome else {
            page.entry("so far", "under way", Style(.info))
            return
        }
        let (glyph, word, role) = DecisionsPanel.fate(line, glyphs)
        switch outcome.fate {
        case .executed: page.entry("played", "keys pressed and released in \(NumberFormat.duration(outcome.duration))")
        case .dryRun: page.entry("dry-run", "the same time taken, no key sent", Style(.info))
        case .refused(let why):
            page.entry("refused", "\(glyph) \(why.words)", Style(.warning))
        case .interrupted:
            page.entry("stopped", "interrupted after \(NumberFormat.duration(outcome.duration)), keys released")
        case .failed(let why): page.entry("failed", "\(glyph) \(why)", Style(.bad))
        }
        if outcome.fate == .executed {
            page.entry("effect", line.verdict == nil ? "not judged yet" : "\(glyph) \(word)", Style(role))
        }
        if let age = outcome.frameAge {
            page.entry("frame age", "\(NumberFormat.duration(age)) at the first key", Style(AgeRole.of(age, budget: 2)))
        }
    }

    private static func reading(_ line: ActionLine, _ page: inout Page) {
        page.heading("Reading of frame #\(line.decision.frame)")
        guard let reading = line.reading else {
            page.entry("", "not kept", .dim)
            return
        }
        func percent(_ value: Double?) -> String { value.map { NumberFormat.fixed($0, 0) } ?? "unknown" }
        func degrees(_ value: Double) -> String {
            "\(NumberFormat.fixed(abs(value), 0)) degrees \(value < 0 ? "left" : "right")"
        }
        page.entry("scene", "\(reading.scene.rawValue), \(NumberFormat.percent(reading.confidence)) sure")
        page.entry(
            "vitals",
            "health \(percent(reading.health)), magicka \(percent(reading.magicka)), "
                + "stamina \(percent(reading.stamina))")
        page.entry(
            "enemies", "\(reading.enemies)" + (reading.enemyBearing.map { ", \(degrees($0))" } ?? ""),
            reading.enemies > 0 ? Style(.warning) : .text)
        if let health = reading.targetHealth { page.entry("target", "health \(percent(health))") }
        page.entry("place", reading.place ?? "unknown")
        if reading.prompt { page.entry("prompt", "somebody to talk to") }
        if let speaker = reading.speaker { page.entry("speaker", speaker) }
        if !reading.toast.isEmpty { page.entry("message", reading.toast) }
        if let bearing = reading.rumourBearing { page.entry("rumour", degrees(bearing)) }
        if let bearing = reading.innBearing { page.entry("inn", degrees(bearing)) }
        let marks = [
            reading.isNight ? "night" : nil, reading.blocked ? "blocked" : nil,
            reading.sneaking ? "sneaking, seen \(NumberFormat.percent(reading.detection))" : nil,
        ].compactMap(\.self)
        if !marks.isEmpty { page.entry("also", marks.joined(separator: ", ")) }
        if let similarity = reading.similarity {
            page.entry("similarity", "\(NumberFormat.fixed(similarity, 2)) to the frame before")
        }
    }

    private static func model(_ line: ActionLine, _ page: inout Page) {
        page.heading("Model")
        guard let intent = line.intent else {
            page.entry("intent", "none was alive", .dim)
            return
        }
        page.entry("intent", intent.kind.words, Style(.accent))
        page.entry("because", intent.reason)
        let age = line.reading.map {
            ", \(NumberFormat.age($0.gameTime - intent.gameTime)) of play before this decision"
        }
        page.entry("asked", "about frame #\(intent.frame)\(age ?? "")")
        if line.decision.source != .model {
            page.entry("", "This decision was not the model's: \(line.decision.source.rawValue) came first.", .dim)
        }
        guard let consultation = line.consultation else { return }
        page.heading("Answer")
        page.text(consultation.answer)
        page.heading("Prompt")
        page.text(TextWrap.paragraphs(consultation.prompt), .label)
    }
}
