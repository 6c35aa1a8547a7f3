import ArgumentParser
import Engine
import Speech

/// The flags of a run that have to do with being heard.
struct SpeechOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Speak the narrator's lines in this voice of Gemini's (Kore, Puck, Charon, ...), or off for subtitles \
            only. Default: Kore with the embedded model, which speaks through espeak-ng and costs nothing; off with \
            any other endpoint, where each line is a request that is paid for. It takes an audio player: pw-play, \
            paplay, aplay, ffplay or play, the first that is found and works.
            """, valueName: "name"),
        completion: .list(["off"] + GeminiVoices.all),
        transform: { text in
            if text.lowercased() == "off" { return .off }
            guard let voice = GeminiVoices.named(text) else { throw ValidationError(Self.unknown(text)) }
            return .named(voice)
        })
    var voice: Settings.VoiceChoice?

    @Option(help: ArgumentHelp("The speech model to ask for. Default: the endpoint's own.", valueName: "name"))
    var ttsModel: String?

    var choice: Settings.VoiceChoice { voice ?? .automatic }

    private static func unknown(_ name: String) -> String {
        let near = GeminiVoices.near(name)
        let hint = near.isEmpty
            ? "known are off, \(GeminiVoices.all.joined(separator: ", "))"
            : "did you mean \(near.joined(separator: " or "))?"
        return "there is no voice \"\(name)\"; \(hint)"
    }
}
