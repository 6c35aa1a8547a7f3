/// The themes that a key goes through, and the one in use.
struct ThemeCycle: Sendable {
    private(set) var themes: [Theme]
    private var index: Int

    /// Begins with the theme of that name, or with `first`, which goes before the others if it is none of them.
    init(_ themes: [Theme] = [.dark, .light, .mono], first: Theme = .dark) {
        let index = themes.firstIndex { $0.name == first.name }
        self.themes = index == nil ? [first] + themes : themes
        if let index { self.themes[index] = first }
        self.index = index ?? 0
    }

    var current: Theme { themes[index] }

    mutating func next() -> Theme {
        index = (index + 1) % themes.count
        return current
    }
}
