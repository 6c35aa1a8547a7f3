import ArgumentParser
import Basics
import Canvas
import FoundationEssentials
import Terminal

/// The flags that say how the dashboard looks.
struct DisplayOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            How many colours. auto goes by NO_COLOR, COLORTERM, the terminal's type and what the terminal answers; \
            where it has 24 bits and does not say so, say truecolor.
            """, valueName: "depth"))
    var color = ColorOption.auto

    @Flag(inversion: .prefixedNo, help: "Draw with ASCII characters only.")
    var ascii = false

    @Flag(
        inversion: .prefixedNo,
        help: "Draw with what every font has: no braille, no rare signs. The Linux console gets that by itself.")
    var plain = false

    @Option(
        help: ArgumentHelp(
            "dark, light, mono, the name of a theme in assets/themes, or a theme file. T goes through them.",
            valueName: "theme"),
        completion: .custom { _, _, _ in DisplayOptions.themeNames() })
    var theme = "dark"

    @Option(
        help: ArgumentHelp(
            """
            How the picture is drawn. auto asks the terminal for pixels, and takes half blocks where it has none and \
            inside tmux; a terminal that says it cannot is not made to.
            """, valueName: "means"))
    var picture = PictureChoice.auto

    @Option(
        help: ArgumentHelp(
            "Pictures a second on the screen, 0...30; 0 shows none, for a slow line.", valueName: "pictures"))
    var pictureRate = 4.0

    @Option(
        help: ArgumentHelp(
            "Frames a second at the most, 1...30; fewer for a slow line. Keys are answered at once anyway.",
            valueName: "frames"))
    var fps = 10.0

    @Flag(inversion: .prefixedNo, help: "No bell and no notification when the agent is stuck, held, or has ended.")
    var quiet = false

    func validate() throws {
        guard fps.isFinite, (1...30).contains(fps) else { throw ValidationError("--fps must be between 1 and 30.") }
        guard pictureRate.isFinite, (0...30).contains(pictureRate) else {
            throw ValidationError("--picture-rate must be between 0 and 30.")
        }
    }

    /// For completion: what is built in, and what the assets have.
    private static func themeNames() -> [String] {
        let files = (try? Assets.find(environment: ProcessInfo.processInfo.environment))?.files(in: "themes") ?? []
        return Theme.builtIn.map(\.name) + files.filter { $0.hasSuffix(".theme") }.map { String($0.dropLast(6)) }
    }

    /// What to draw with; `nil` leaves it to the terminal.
    var glyphs: Glyphs? { ascii ? .ascii : plain ? .plain : nil }

    /// Every theme that can be used, beginning with the one that was asked for; and what is wrong with the others.
    /// - Throws: ``ThemeError`` that names the file and the line of the theme that was asked for.
    func themes(_ assets: Assets) throws -> (cycle: ThemeCycle, broken: [String]) {
        let suffix = ".theme"
        var known = Theme.builtIn
        var broken: [String] = []
        for file in assets.files(in: "themes") where file.hasSuffix(suffix) {
            let name = String(file.dropLast(suffix.count))
            do {
                known.append(try ThemeFile.parse(try assets.text("themes/" + file), name: name))
            } catch where name != theme || Theme.builtIn.contains(where: { $0.name == name }) {
                // What is built in is there without a file of that name.
                broken.append("\(error)")
            }
        }
        if let named = known.first(where: { $0.name == theme }) { return (ThemeCycle(known, first: named), broken) }
        guard let data = FileManager.default.contents(atPath: theme), let text = String(bytes: data, encoding: .utf8)
        else {
            let names = known.map(\.name).joined(separator: ", ")
            throw ThemeError(name: theme, line: nil, why: "it is no file that can be read, and none of \(names)")
        }
        return (ThemeCycle(known, first: try ThemeFile.parse(text, name: theme)), broken)
    }
}

extension PictureChoice: ExpressibleByArgument {}

/// `--color`.
enum ColorOption: String, ExpressibleByArgument, CaseIterable {
    case auto, truecolor
    case palette = "256"
    case basic = "16"
    case mono

    /// What to use, and but for truecolor no more than there is; `nil` leaves it to the terminal.
    var depth: ColorDepth? {
        switch self {
        case .auto: nil
        case .truecolor: .direct
        case .palette: .full
        case .basic: .eight
        case .mono: .mono
        }
    }
}
