import Canvas
import Engine
import Record

/// The voice at the bottom of the interpreter's panel: the line being said, who says it, what waits, and, where nobody
/// can be heard, what would change that.
enum VoiceLine {
    /// Takes its rows away from the bottom of the area.
    static func draw(
        _ snapshot: Snapshot, _ canvas: inout Canvas, _ area: inout Rect, now: Double, isZoomed: Bool = false
    ) {
        let voice = snapshot.voice
        if let complaint = complaint(voice), area.height >= 7 {
            let rows = isZoomed ? complaint.wrapped(to: area.width - 2, indent: 2) : [complaint]
            for row in rows.suffix(4).reversed() {
                canvas.line(row, x: area.x + 1, y: area.maxY - 1, columns: area.width - 2)
                area = Rect(x: area.x, y: area.y, width: area.width, height: area.height - 1)
            }
        }
        guard let subtitle = snapshot.subtitle, area.height >= 3 else { return }
        let y = area.maxY - 1
        let tag = tag(voice)
        let tagWidth = tag.map { TextWidth.of($0.text) + 1 } ?? 0
        let isFresh = voice.isSpeaking || now - subtitle.time < 6
        canvas.text(canvas.glyphs.subtitle, x: area.x + 1, y: y, voice.mode == .muted ? .dim : Style(.key))
        canvas.text(
            TextWidth.truncated(
                subtitle.utterance.text, to: area.width - 4 - tagWidth, ellipsis: canvas.glyphs.ellipsis),
            x: area.x + 3, y: y, isFresh ? Style(.key) : .dim)
        if let tag { canvas.text(tag.text, x: area.maxX - 1 - TextWidth.of(tag.text), y: y, tag.style) }
        area = Rect(x: area.x, y: area.y, width: area.width, height: area.height - 1)
    }

    /// A word or two at the end of the line.
    private static func tag(_ voice: VoiceStatus) -> (text: String, style: Style)? {
        let waiting = voice.queued > 0 ? " +\(voice.queued)" : ""
        switch voice.mode {
        case .muted: return ("muted", Style(.warning))
        case .aloud where voice.isSpeaking: return ("speaking" + waiting, Style(.good))
        case .aloud: return ((voice.voice ?? "voice") + waiting, .dim)
        case .text: return waiting.isEmpty ? nil : (String(waiting.dropFirst()) + " waiting", .dim)
        }
    }

    /// Why nobody is heard although somebody might expect it.
    private static func complaint(_ voice: VoiceStatus) -> StyledLine? {
        switch voice.mode {
        case .text:
            guard let why = voice.why else { return nil }
            return StyledLine([Span("text only: ", .dim), Span(TextWidth.sanitized(why), .dim)])
        case .aloud:
            guard let trouble = voice.trouble else { return nil }
            return StyledLine([Span(TextWidth.sanitized(trouble), .warning)])
        case .muted: return nil
        }
    }
}
