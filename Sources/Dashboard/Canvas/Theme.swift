/// How many colours a terminal has.
package enum ColorDepth: Int, Sendable, Comparable {
    /// None, the eight basic ones, the palette of 256, or every one (24 bits).
    case mono, eight, full, direct
    package static func < (a: ColorDepth, b: ColorDepth) -> Bool { a.rawValue < b.rawValue }

    /// `NO_COLOR` set to anything means none; fewer than eight colours are as good as none. `isDirect` says that the
    /// terminal's type takes 24 bits; `COLORTERM` says the same where types do not.
    /// What was asked for by name goes before `NO_COLOR`, but no further than what there is - unless it is 24 bits,
    /// which most terminals have whose type does not say so.
    package static func of(
        colors: Int, isDirect: Bool = false, environment: [String: String], asked: ColorDepth? = nil
    ) -> ColorDepth {
        if asked == .direct { return .direct }
        if let asked { return min(asked, of(colors: colors, isDirect: isDirect, environment: [:])) }
        if let set = environment["NO_COLOR"], !set.isEmpty { return .mono }
        if colors >= 8, isDirect || saysDirect(environment) { return .direct }
        return colors < 8 ? .mono : colors < 256 ? .eight : .full
    }

    /// GNU screen hands the word of the terminal around it on, and takes no such colours itself.
    private static func saysDirect(_ environment: [String: String]) -> Bool {
        ["truecolor", "24bit"].contains(environment["COLORTERM"])
            && (environment["STY"] == nil || environment["TMUX"] != nil)
    }
}

/// How one style is put on a terminal.
package struct Ink: Hashable, Sendable {
    package var foreground: Color
    package var background: Color
    package var attributes: Attributes

    /// Left out, it is the terminal as it is at rest.
    package init(
        foreground: Color = .terminal, background: Color = .terminal, attributes: Attributes = []
    ) {
        (self.foreground, self.background, self.attributes) = (foreground, background, attributes)
    }
}

/// Gives every role its looks. Text keeps the terminal's own colours, so that light and dark terminals both work.
package struct Theme: Sendable, Equatable {
    /// Colour and attributes of a role.
    package struct Entry: Sendable, Equatable {
        var color: Color
        /// Where the colours of a gauge end that begin with `color`, on a terminal that has every colour.
        var end: Color?
        /// One of the eight basic colours, where there are no more; -1 the terminal's own.
        var basic: Int
        var attributes: Attributes = []

        /// The colour so far on the way from the first to the last.
        func color(_ shade: UInt8) -> Color {
            guard shade > 0, let from = color.rgb, let to = end?.rgb else { return color }
            return .rgb(from.mixed(with: to, shade))
        }
    }
    package var name: String
    package var entries: [Role: Entry]
    /// Behind everything but the picture, where there are 256 colours; `nil` leaves it to the terminal.
    package var background: Color?
    /// Uses no colours, whatever the terminal has.
    package var isMono = false

    package func ink(for style: Style, depth: ColorDepth) -> Ink {
        if style.role == .picture { return pictureInk(style, depth) }
        let entry = entries[style.role]
        switch depth {
        case .mono: return Ink(attributes: Self.mono(style.role).union(style.attributes))
        case .eight:
            return Ink(
                foreground: Color(integerLiteral: entry?.basic ?? -1),
                attributes: (entry?.attributes ?? []).union(style.attributes))
        case .full, .direct:
            let color = entry?.color(style.shade) ?? .terminal
            // A grey of its own says "dim"; the attribute on top would make it unreadable.
            var attributes = (entry?.attributes ?? []).union(style.attributes)
            if color != .terminal { attributes.remove(.dim) }
            let background = background ?? .terminal
            return depth == .direct
                ? Ink(foreground: color, background: background, attributes: attributes)
                : Ink(foreground: color.indexed, background: background.indexed, attributes: attributes)
        }
    }

    private func pictureInk(_ style: Style, _ depth: ColorDepth) -> Ink {
        let (upper, lower) = (Color.rgb(style.upper), Color.rgb(style.lower))
        return switch depth {
        case .direct: Ink(foreground: upper, background: lower, attributes: style.attributes)
        case .full: Ink(foreground: upper.indexed, background: lower.indexed, attributes: style.attributes)
        case .eight: Ink(foreground: .palette(Palette.basic(style.upper)), attributes: style.attributes)
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
            .health: Entry(color: 167, end: .hex(0xFF9E7A), basic: 1),
            .magicka: Entry(color: 68, end: .hex(0x8FD3FF), basic: 4),
            .stamina: Entry(color: 71, end: .hex(0xC5E478), basic: 2),
            .meterRest: Entry(color: 238, basic: -1, attributes: .dim),
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
            .health: Entry(color: 124, end: .hex(0xD9603B), basic: 1),
            .magicka: Entry(color: 25, end: .hex(0x3F97D6), basic: 4),
            .stamina: Entry(color: 28, end: .hex(0x7DA61F), basic: 2),
            .meterRest: Entry(color: 252, basic: -1, attributes: .dim),
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
