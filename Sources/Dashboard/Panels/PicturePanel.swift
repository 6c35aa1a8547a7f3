import Canvas
import Engine
import Record
import Vision

/// The picture to show, already made to fit.
struct ShownPicture: Sendable {
    var picture: FittedPicture?
    var sequence: UInt64?
    /// Seconds since it last changed.
    var age = 0.0
    /// No picture is ever shown.
    var isOff = false
}

/// The frame the agent sees, and beside it what it read from it.
enum PicturePanel {
    /// Columns that the vitals take.
    private static let vitalsWidth = 22
    private static let narrowVitalsWidth = 15

    /// Where the picture goes: the whole panel when zoomed, else what the vitals leave.
    static func room(in rect: Rect, zoomed: Bool) -> Size {
        let inner = rect.inner
        let vitals = zoomed && inner.width < 60 ? 0 : vitalsColumns(inner.width)
        return Size(max(0, inner.width - vitals), inner.height)
    }

    private static func vitalsColumns(_ width: Int) -> Int { width >= 52 ? vitalsWidth : narrowVitalsWidth }

    static func draw(
        _ snapshot: Snapshot, into canvas: inout Canvas, at rect: Rect, view: PanelView,
        picture: ShownPicture = ShownPicture()
    ) {
        var box = BoxText()
        if let sequence = picture.sequence { box.note = [Piece("#\(sequence)", .dim, rank: 1)] }
        if picture.age > 1.5, picture.age.isFinite, snapshot.state == .running {
            let role: Role = picture.age > 5 ? .bad : .warning
            box.note.append(Piece("unchanged for \(NumberFormat.age(picture.age))", role, .bold))
        }
        if let reading = snapshot.reading {
            let age = view.now - snapshot.readingTime
            let isOver = snapshot.state != .running
            let calm = age < 1 ? (age * 2).rounded(.down) / 2 : age
            box.bottomLeft = [
                Piece([
                    Span("read #\(reading.frame) ", .dim),
                    // Tenths of what is read ten times a second would only flicker.
                    Span(NumberFormat.age(calm), isOver ? .dim : AgeRole.of(age, budget: 2)), Span(" ago", .dim),
                ])
            ]
        }
        canvas.panel(.picture, rect, view, box) { canvas, area in
            let room = room(in: rect, zoomed: view.isZoomed)
            if let fitted = picture.picture {
                canvas.picture(
                    fitted, x: area.x + max(0, (room.width - fitted.size.width) / 2),
                    y: area.y + max(0, (room.height - fitted.size.height) / 2))
            } else {
                canvas.text(picture.isOff ? "no picture at rate 0" : "no frame yet", x: area.x + 1, y: area.y, .dim)
            }
            let column = Rect(
                x: area.x + room.width + 1, y: area.y, width: area.width - room.width - 1, height: area.height)
            if column.width >= 10 { VitalsColumn.draw(snapshot, into: &canvas, at: column, now: view.now) }
        }
    }
}
