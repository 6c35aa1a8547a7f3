import Basics

/// The voices of Gemini's speech models, and what each is said to sound like (the service's list of 2026-11).
package enum GeminiVoices {
    package static let standard = "Kore"

    package static let all: [(name: String, style: String)] = [
        ("Zephyr", "bright"), ("Puck", "upbeat"), ("Charon", "informative"), ("Kore", "firm"), ("Fenrir", "excitable"),
        ("Leda", "youthful"), ("Orus", "firm"), ("Aoede", "breezy"), ("Callirrhoe", "easy-going"),
        ("Autonoe", "bright"),
        ("Enceladus", "breathy"), ("Iapetus", "clear"), ("Umbriel", "easy-going"), ("Algieba", "smooth"),
        ("Despina", "smooth"), ("Erinome", "clear"), ("Algenib", "gravelly"), ("Rasalgethi", "informative"),
        ("Laomedeia", "upbeat"), ("Achernar", "soft"), ("Alnilam", "firm"), ("Schedar", "even"), ("Gacrux", "mature"),
        ("Pulcherrima", "forward"), ("Achird", "friendly"), ("Zubenelgenubi", "casual"), ("Vindemiatrix", "gentle"),
        ("Sadachbia", "lively"), ("Sadaltager", "knowledgeable"), ("Sulafat", "warm"),
    ]

    /// The voice of this name as the service spells it; case is ignored.
    package static func named(_ name: String) -> String? {
        all.first { $0.name.lowercased() == name.lowercased() }?.name
    }

    /// Voices that may have been meant.
    package static func near(_ name: String) -> [String] { NearMatches.of(name, in: all.map(\.name)) }
}
