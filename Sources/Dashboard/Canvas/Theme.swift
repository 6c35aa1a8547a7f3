/// How many colours a terminal has.
package enum ColorDepth: Int, Sendable, Comparable {
    /// None, the eight basic ones, or the palette of 256.
    case mono, eight, full
    package static func < (a: ColorDepth, b: ColorDepth) -> Bool { a.rawValue < b.rawValue }

    /// `NO_COLOR` set to anything means none; fewer than eight colours are as good as none.
    /// What was asked for by name goes before `NO_COLOR`, but no further than what there is.
    package static func of(colors: Int, environment: [String: String], asked: ColorDepth? = nil) -> ColorDepth {
        if let asked { return min(asked, of(colors: colors, environment: [:])) }
        if let set = environment["NO_COLOR"], !set.isEmpty { return .mono }
        return colors < 8 ? .mono : colors < 256 ? .eight : .full
    }
}

/// How one style is put on a terminal: palette indices, -1 being the terminal's own colour.
package struct Ink: Hashable, Sendable {
    package var foreground: Int = -1
    package var background: Int = -1
    package var attributes: Attributes = []
}

/// Gives every role its looks. Text keeps the terminal's own colours, so that light and dark terminals both work.
package struct Theme: Sendable, Equatable {
    /// Palette index (xterm 256) and attributes of a role.
    package struct Entry: Sendable, Equatable {
        var color: Int
        /// One of the eight basic colours, where there are no more.
        var basic: Int
        var attributes: Attributes = []
    }
    package var name: String
    package var entries: [Role: Entry]
    /// Behind everything but the picture, where there are 256 colours; `nil` leaves it to the terminal.
    package var background: Int?
    /// Uses no colours, whatever the terminal has.
    package var isMono = false

    package func ink(for style: Style, depth: ColorDepth) -> Ink {
        if style.role == .picture { return pictureInk(style, depth) }
        switch depth {
        case .mono: return Ink(attributes: Self.mono(style.role).union(style.attributes))
        case .eight:
            let entry = entries[style.role]
            return Ink(foreground: entry?.basic ?? -1, attributes: (entry?.attributes ?? []).union(style.attributes))
        case .full:
            let entry = entries[style.role]
            // A grey of its own says "dim"; the attribute on top would make it unreadable.
            var attributes = (entry?.attributes ?? []).union(style.attributes)
            if (entry?.color ?? -1) >= 0 { attributes.remove(.dim) }
            return Ink(foreground: entry?.color ?? -1, background: background ?? -1, attributes: attributes)
        }
    }

    private func pictureInk(_ style: Style, _ depth: ColorDepth) -> Ink {
        switch depth {
        case .full:
            Ink(foreground: Int(style.upper), background: Int(style.lower), attributes: style.attributes)
        case .eight: Ink(foreground: Int(style.upper & 7), attributes: style.attributes)
        case .mono: Ink(attributes: style.attributes)
        }
    }

    /// Without colours, attributes must tell the meanings apart; the glyphs beside them say the same again.
    package static func mono(_ role: Role) -> Attributes {
        switch role {
        case .text, .good, .label, .picture, .health, .magicka, .stamina, .info: []
        case .dim, .border, .meterRest: .dim
        case .title, .accent, .focusedBorder: .bold
        case .key: .underline
        case .warning: [.bold, .underline]
        case .bad: [.bold, .reverse]
        }
    }

    package static let dark = Theme(
        name: "dark",
        entries: [
            .text: Entry(color: -1, basic: -1), .dim: Entry(color: 244, basic: -1, attributes: .dim),
            .label: Entry(color: 247, basic: -1), .title: Entry(color: 253, basic: -1, attributes: .bold),
            .key: Entry(color: 215, basic: 3), .border: Entry(color: 239, basic: -1, attributes: .dim),
            .focusedBorder: Entry(color: 75, basic: 6, attributes: .bold), .good: Entry(color: 114, basic: 2),
            .warning: Entry(color: 221, basic: 3, attributes: .bold),
            .bad: Entry(color: 203, basic: 1, attributes: .bold),
            .accent: Entry(color: 117, basic: 6), .info: Entry(color: 146, basic: 4),
            .health: Entry(color: 167, basic: 1), .magicka: Entry(color: 68, basic: 4),
            .stamina: Entry(color: 71, basic: 2), .meterRest: Entry(color: 238, basic: -1, attributes: .dim),
        ])

    package static let light = Theme(
        name: "light",
        entries: [
            .text: Entry(color: -1, basic: -1), .dim: Entry(color: 243, basic: -1, attributes: .dim),
            .label: Entry(color: 240, basic: -1), .title: Entry(color: 234, basic: -1, attributes: .bold),
            .key: Entry(color: 130, basic: 3), .border: Entry(color: 250, basic: -1, attributes: .dim),
            .focusedBorder: Entry(color: 25, basic: 4, attributes: .bold), .good: Entry(color: 28, basic: 2),
            .warning: Entry(color: 130, basic: 3, attributes: .bold),
            .bad: Entry(color: 160, basic: 1, attributes: .bold),
            .accent: Entry(color: 25, basic: 4), .info: Entry(color: 60, basic: 4),
            .health: Entry(color: 124, basic: 1), .magicka: Entry(color: 25, basic: 4),
            .stamina: Entry(color: 28, basic: 2), .meterRest: Entry(color: 252, basic: -1, attributes: .dim),
        ])

    /// Bold, dim, underlined and reversed instead of colours.
    package static let mono = Theme(
        name: "mono",
        entries: Dictionary(
            uniqueKeysWithValues: Role.allCases.filter { $0 != .picture }
                .map { ($0, Entry(color: -1, basic: -1, attributes: mono($0))) }),
        isMono: true)

    package static let builtIn = [dark, light, mono]
}

/// The themes that a key goes through, and the one in use.
package struct ThemeCycle: Sendable {
    package private(set) var themes: [Theme]
    private var index: Int

    /// Begins with the theme of that name, or with `first`, which goes before the others if it is none of them.
    package init(_ themes: [Theme] = Theme.builtIn, first: Theme = .dark) {
        let index = themes.firstIndex { $0.name == first.name }
        self.themes = index == nil ? [first] + themes : themes
        if let index { self.themes[index] = first }
        self.index = index ?? 0
    }

    package var current: Theme { themes[index] }

    package mutating func next() -> Theme {
        index = (index + 1) % themes.count
        return current
    }
}
