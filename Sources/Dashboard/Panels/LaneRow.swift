import Canvas
import Connections
import Engine

/// One lane: its number, its phase as glyph and word, its age against what it may take, its bytes.
enum LaneRow {
    static func draw(_ lane: Occupancy.Lane, _ canvas: inout Canvas, x: Int, y: Int, width: Int, _ budgets: Budgets) {
        canvas.text(NumberFormat.left("\(lane.index + 1)", 2), x: x, y: y, .dim)
        guard let phase = lane.phase else {
            canvas.text(canvas.glyphs.phase(nil), x: x + 3, y: y, .dim)
            canvas.text("free", x: x + 5, y: y, .dim)
            return
        }
        let role = role(phase)
        let isRoomy = width >= 36
        canvas.text(canvas.glyphs.phase(phase), x: x + 3, y: y, Style(role, .bold))
        canvas.text(isRoomy ? phase.rawValue : short(phase), x: x + 5, y: y, columns: isRoomy ? 11 : 5, Style(role))
        let budget = budget(phase, budgets)
        let ageRole = budget.map { AgeRole.of(lane.age, budget: $0) } ?? .dim
        let age = NumberFormat.age(lane.age)
        guard isRoomy else {
            canvas.textEnding(age, right: min(x + 17, x + width), y: y, Style(ageRole))
            if width >= 25 { bytes(lane.bytesReceived, canvas.glyphs.down, &canvas, right: x + 24, y: y) }
            return
        }
        canvas.textEnding(age, right: x + 23, y: y, Style(ageRole))
        var end = x + width - 1
        bytes(lane.bytesReceived, canvas.glyphs.down, &canvas, right: end, y: y)
        if width >= 46 {
            bytes(lane.bytesSent, canvas.glyphs.up, &canvas, right: end - 7, y: y)
            end -= 7
        }
        end -= 7
        if let request = lane.request, width >= 72 {
            canvas.textEnding("#\(request)", right: end, y: y, .dim)
            end -= 8
        }
        let meter = min(40, end - (x + 24) - 1)
        if let budget, meter >= 4 {
            canvas.gauge(lane.age / max(0.001, budget), x: x + 24, y: y, columns: meter, ageRole)
        }
    }

    private static func bytes(_ count: Int, _ arrow: String, _ canvas: inout Canvas, right: Int, y: Int) {
        canvas.text(arrow, x: right - 6, y: y, .dim)
        canvas.textEnding(NumberFormat.bytes(count), right: right, y: y, count == 0 ? .dim : .text)
    }

    /// What the age counts against: up to the end of the handshake the connect budget, then the total one. A connection
    /// that only rests between two requests counts against neither.
    private static func budget(_ phase: Phase, _ budgets: Budgets) -> Double? {
        switch phase {
        case .queued, .resolving, .connecting, .handshaking: budgets.connect
        case .sending, .waiting, .receiving, .closing: budgets.total
        case .idle: nil
        }
    }

    /// A phase in at most five letters.
    private static func short(_ phase: Phase) -> String {
        switch phase {
        case .queued: "queue"
        case .resolving: "dns"
        case .connecting: "conn"
        case .handshaking: "tls"
        case .sending: "send"
        case .waiting: "wait"
        case .receiving: "recv"
        case .closing: "close"
        case .idle: "idle"
        }
    }

    private static func role(_ phase: Phase) -> Role {
        switch phase {
        case .queued, .waiting: .info
        case .resolving, .connecting, .handshaking: .warning
        case .sending: .accent
        case .receiving: .good
        case .closing, .idle: .label
        }
    }
}

extension Glyphs {
    /// The mark of a phase, or of a lane that is free.
    func phase(_ phase: Phase?) -> String {
        switch phase {
        case nil: isPlain ? "." : "·"
        case .queued: isPlain ? "q" : "⋯"
        case .resolving: "?"
        case .connecting: isPlain ? ">" : "»"
        case .handshaking: "T"
        case .sending: up
        case .waiting: isPlain ? "~" : "…"
        case .receiving: down
        case .closing: isPlain ? "x" : "×"
        case .idle: isPlain ? "o" : "○"
        }
    }
}
