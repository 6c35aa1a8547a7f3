/// Reads a theme from text: one `role = colour attributes` a line.
///
///     # An evening by the fire.
///     base = dark
///     background = #1d1714
///     title = #f2d5a0 bold
///     dim = 243
///     health = #b5473c #ff9d6e
///
/// A colour is `default`, a number of the xterm palette, or `#rrggbb`, whose nearest is taken where a terminal has no
/// more than 256. Gauges go from a role's colour to a second one, where that is said. `base` names the theme
/// that lends what is not said. Blank lines and lines that begin with `#` are passed over.
package enum ThemeFile {
    package static func parse(_ text: String, name: String) throws(ThemeError) -> Theme {
        var theme = Theme.dark
        theme.name = name
        var seen: [Substring: Int] = [:]
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            func fail(_ why: String) -> ThemeError { ThemeError(name: name, line: index + 1, why: why) }
            let line = raw.trimmed
            if line.isEmpty || line.first == "#" { continue }
            guard let equals = line.firstIndex(of: "=") else { throw fail("expected 'role = colour'") }
            let key = line[..<equals].trimmed
            let words = line[line.index(after: equals)...].split(whereSeparator: \.isWhitespace)
            guard let first = words.first else { throw fail("'\(key)' has no value") }
            if let before = seen.updateValue(index + 1, forKey: key) {
                throw fail("'\(key)' is said twice, first in line \(before)")
            }
            switch key {
            case "base":
                guard let base = Theme.builtIn.first(where: { $0.name == first }) else {
                    throw fail("there is no theme '\(first)' to begin with; use dark, light or mono")
                }
                guard seen.count == 1 else { throw fail("'base' must come first: it would undo the lines above it") }
                theme = base
                theme.name = name
            case "background":
                let color = try color(first, fail)
                theme.background = color == .terminal ? nil : color
            default:
                guard let role = Role.named(key) else {
                    throw fail("there is no role '\(key)'; use \(Role.names)")
                }
                let color = try color(first, fail)
                var entry = Theme.Entry(color: color, basic: basic(color))
                for word in words.dropFirst() {
                    if entry.end == nil, entry.attributes.isEmpty, word.first == "#" || word.first?.isNumber == true {
                        entry.end = try self.color(word, fail)
                    } else {
                        entry.attributes.insert(try attribute(word, fail))
                    }
                }
                theme.entries[role] = entry
            }
        }
        return theme
    }

    private static func color(_ word: Substring, _ fail: (String) -> ThemeError) throws(ThemeError) -> Color {
        if word == "default" { return .terminal }
        if word.first == "#" {
            let digits = word.dropFirst()
            guard digits.count == 6, digits.allSatisfy(\.isHexDigit), let value = Int(digits, radix: 16) else {
                throw fail("'\(word)' is no colour; use six hexadecimal digits, such as #f2d5a0")
            }
            return .hex(value)
        }
        guard let number = UInt8(word) else {
            throw fail("'\(word)' is no colour; use default, 0...255, or #rrggbb")
        }
        return .palette(number)
    }

    private static func attribute(_ word: Substring, _ fail: (String) -> ThemeError) throws(ThemeError) -> Attributes {
        switch word {
        case "bold": .bold
        case "dim": .dim
        case "reverse": .reverse
        case "underline": .underline
        default: throw fail("there is no attribute '\(word)'; use bold, dim, reverse or underline")
        }
    }

    /// What stands for a colour where there are only eight.
    private static func basic(_ color: Color) -> Int {
        guard let rgb = color.rgb else { return -1 }
        if case .palette(let index) = color, index < 16 { return Int(index) % 8 }
        // A grey is text, not a colour: the terminal's own stays readable on any background.
        let channels = [rgb.red, rgb.green, rgb.blue]
        return channels.max()! - channels.min()! < 40 ? -1 : Int(Palette.basic(rgb))
    }
}

/// Why a theme cannot be used, and in which line.
package struct ThemeError: Error, Equatable, CustomStringConvertible {
    var name: String
    /// Counts from 1; `nil` when it is about the whole file.
    var line: Int?
    var why: String

    package init(name: String, line: Int?, why: String) {
        self.name = name
        self.line = line
        self.why = why
    }

    package var description: String { "theme \(name)\(line.map { ", line \($0)" } ?? ""): \(why)" }
}

extension Role {
    /// The role that a theme file calls so.
    fileprivate static func named(_ name: Substring) -> Role? { byName[String(name)] }
    fileprivate static var names: String { named.map(\.name).joined(separator: ", ") + " or background" }

    private static let named = allCases.filter { $0 != .picture }.map { (name: "\($0)", role: $0) }
    private static let byName = Dictionary(uniqueKeysWithValues: named)
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
