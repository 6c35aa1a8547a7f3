extension RawRepresentable<String> {
    /// The name as words: `menuInCombat` is `menu in combat`.
    package var inWords: String { rawValue.map { $0.isUppercase ? " " + $0.lowercased() : String($0) }.joined() }
}
