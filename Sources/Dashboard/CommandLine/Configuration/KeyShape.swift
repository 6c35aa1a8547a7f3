/// What looks like a key of an API where there should be none.
enum KeyShape {
    /// Whether a name says that what it names is secret: `api-key`, `GEMINI_API_KEY`, `openaiApiKey`, `token`.
    static func isName(_ name: String) -> Bool {
        let letters = name.lowercased().filter { $0.isLetter || $0.isNumber }
        return ["key", "token", "secret", "password"].contains { letters.hasSuffix($0) }
    }

    /// A path as it may be shown: who gives a key where the name of its file belongs must not see it printed.
    static func shownPath(_ path: String) -> String {
        let isWord = !path.contains { $0 == "/" || $0 == "." } && path.count >= 20
        let isKey = isWord || path.hasPrefix("AIza") || path.hasPrefix("sk-")
        return isKey ? "what is named, which looks like a key itself," : path
    }
}
