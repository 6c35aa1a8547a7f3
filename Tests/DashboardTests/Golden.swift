import FoundationEssentials
import Testing

@testable import Canvas
@testable import Dashboard
@testable import Terminal

/// Frames as they should be, one file each beside this one. With `SINGULARIS_GOLDEN=write` in the environment the files
/// are written instead of compared: look at the difference before it is committed.
enum Golden {
    private static let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Golden"

    /// Compares a drawing in Unicode, in ASCII, and what is left to tell things apart without colours.
    static func expect(
        _ name: String, _ size: Size, sourceLocation: SourceLocation = #_sourceLocation,
        _ draw: (inout Canvas) -> Void
    ) throws {
        func drawn(_ look: Look) -> Canvas {
            var canvas = Canvas(size, look: look)
            draw(&canvas)
            return canvas
        }
        let sections = [
            ("Unicode", drawn(.unicode).rows), ("ASCII", drawn(.ascii).rows), ("mono", attributes(drawn(.mono))),
        ]
        let text = sections.map { title, rows in "== \(title)\n" + rows.map { $0 + "|\n" }.joined() }.joined()
        try compare(text, name, sourceLocation)
    }

    /// Compares what a terminal of 24 bits is sent for the first frame and for the one after it, a line for each place.
    static func expectBytes(
        _ name: String, _ frames: [Canvas], _ theme: Theme, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var writer = CellWriter(theme, depth: .direct)
        var before: Canvas?
        let sections = frames.map { frame in
            let bytes = writer.frame(CanvasDiff.changes(from: before, to: frame), of: frame)
            before = frame
            let text = String(decoding: bytes, as: UTF8.self)
            return "== frame" + text.replacing(/\u{1B}\[([0-9;]*)H/) { "\n\($0.1): " }.replacing("\u{1B}[", with: "^")
        }
        try compare(sections.joined(separator: "\n") + "\n", name, sourceLocation)
    }

    private static func compare(_ text: String, _ name: String, _ sourceLocation: SourceLocation) throws {
        let path = "\(folder)/\(name).txt"
        if ProcessInfo.processInfo.environment["SINGULARIS_GOLDEN"] == "write" {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return
        }
        let expected = try String(contentsOfFile: path, encoding: .utf8)
        guard text != expected else { return }
        let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
        let before = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let row = zip(rows, before).prefix { $0 == $1 }.count
        Issue.record(
            """
            \(name), line \(row + 1): expected
            \(row < before.count ? before[row] : "the end")
            but it is
            \(row < rows.count ? rows[row] : "the end")
            """, sourceLocation: sourceLocation)
    }

    /// A letter for the attributes of each cell: bold, dim, underlined, reversed, and capitals for bold with another.
    private static func attributes(_ canvas: Canvas) -> [String] {
        let letters: [Attributes: Character] = [
            []: ".", .bold: "b", .dim: "d", .underline: "u", .reverse: "r", [.bold, .underline]: "U",
            [.bold, .reverse]: "R", [.dim, .reverse]: "D",
        ]
        return (0..<canvas.size.height).map { y in
            String(
                (0..<canvas.size.width).map { x -> Character in
                    let cell = canvas[x, y]
                    if cell.isTail { return "<" }
                    let ink = Theme.mono.ink(for: cell.style, depth: .mono)
                    return cell.scalar == " " && ink.attributes.isDisjoint(with: [.reverse, .underline])
                        ? " " : letters[ink.attributes] ?? "?"
                })
        }
    }
}
