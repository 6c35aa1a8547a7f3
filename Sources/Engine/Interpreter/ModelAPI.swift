extension ModelAPI {
    /// Which API a base URL most likely speaks, by what is published of those who serve one. `--api` overrules it.
    package static func guess(baseURL: String) -> ModelAPI {
        let rest = baseURL.lowercased().firstRange(of: "://").map { baseURL.lowercased()[$0.upperBound...] }
        let parts = (rest ?? baseURL.lowercased()[...]).split(separator: "/", maxSplits: 1)
        let authority = parts.first.map(String.init) ?? ""
        var path = parts.count > 1 ? parts[1] : ""
        while path.last == "/" { path = path.dropLast() }

        // Google serves both, the OpenAI API below /openai.
        if authority.hasPrefix("generativelanguage.googleapis.com") {
            return path.hasSuffix("openai") || path.contains("openai/") ? .openai : .gemini
        }
        if path.hasSuffix("v1beta") || path.hasSuffix("v1alpha") { return .gemini }
        if path == "v1" || path.hasSuffix("/v1") || path.hasSuffix("chat/completions") { return .openai }
        if authority == "api.openai.com" { return .openai }
        // Ollama and LM Studio, wherever they run.
        return authority.hasSuffix(":11434") || authority.hasSuffix(":1234") ? .openai : .gemini
    }

    /// When the day of its quotas begins.
    package var dailyReset: DailyReset { self == .gemini ? .pacific : .utc }

    /// The environment variable that holds its key.
    package var keyVariable: String { self == .gemini ? "GEMINI_API_KEY" : "OPENAI_API_KEY" }
}
