import Basics

/// The voices of Gemini's speech models (the service's list of 2026-11).
package enum GeminiVoices {
    package static let standard = "Kore"

    package static let all = [
        "Zephyr", "Puck", "Charon", "Kore", "Fenrir", "Leda", "Orus", "Aoede", "Callirrhoe", "Autonoe", "Enceladus",
        "Iapetus", "Umbriel", "Algieba", "Despina", "Erinome", "Algenib", "Rasalgethi", "Laomedeia", "Achernar",
        "Alnilam", "Schedar", "Gacrux", "Pulcherrima", "Achird", "Zubenelgenubi", "Vindemiatrix", "Sadachbia",
        "Sadaltager", "Sulafat",
    ]

    /// The voice of this name as the service spells it; case is ignored.
    package static func named(_ name: String) -> String? {
        all.first { $0.lowercased() == name.lowercased() }
    }

    /// Voices that may have been meant.
    package static func near(_ name: String) -> [String] { NearMatches.of(name, in: all) }
}
