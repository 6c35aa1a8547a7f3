/// What a line of text that the game flashes up says.
package enum ToastLine: Sendable, Equatable {
    case place(String)
    /// Kind of enemy that fell.
    case slain(String)
    case level(Int)
    /// A rumour put a place on the compass.
    case marked(String)
    case bought
    case died
    case other(String)

    /// Reads the line; `nil` if it is empty or has letters that could not be read, which says nothing for sure.
    package init?(_ text: String) {
        guard !text.isEmpty, !text.contains("?") else { return nil }
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.last) {
        case ("LEVEL", let number?) where Int(number) != nil: self = .level(Int(number) ?? 0)
        case ("MARKED", _) where words.count > 1: self = .marked(words.dropFirst().joined(separator: " "))
        case ("BOUGHT", _): self = .bought
        case ("YOU", "DIED"): self = .died
        case (let kind?, "SLAIN") where words.count == 2: self = .slain(kind)
        case _ where text.count >= 4 && !Self.statements.contains(words[0]): self = .place(text)
        default: self = .other(text)
        }
    }

    /// First words of lines that are about the player and name no place.
    private static let statements: Set<String> = ["YOU", "LEVEL", "MARKED", "BOUGHT", "NO", "NOT", "DRANK", "QUEST"]
}
