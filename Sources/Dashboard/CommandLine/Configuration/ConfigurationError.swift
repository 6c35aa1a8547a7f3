import Canvas

/// What is wrong with a configuration, and where, in one line that a terminal can show whatever a file holds.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ sentence: String) { description = TextWidth.sanitized(sentence) }

    /// `place` is a file, with its line where one is to blame, or a variable.
    init(_ place: String, line: Int? = nil, column: Int? = nil, _ why: String) {
        self.init(place + (line.map { ", line \($0)" } ?? "") + (column.map { ", column \($0)" } ?? "") + ": " + why)
    }
}
