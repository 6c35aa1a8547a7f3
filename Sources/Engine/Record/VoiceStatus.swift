/// What the voice does, for the screen.
package struct VoiceStatus: Recorded {
    package enum Mode: String, Sendable, Codable {
        /// Lines are shown, not heard; ``VoiceStatus/why`` says why.
        case text
        case aloud
        case muted
    }
    package var mode = Mode.text
    /// Why there is only text, and what would change it.
    package var why: String?
    /// The voice's name, where lines are spoken.
    package var voice: String?
    /// The program that plays.
    package var player: String?
    /// A line is being asked for or heard.
    package var isSpeaking = false
    /// Lines that wait.
    package var queued = 0
    /// Why the last line was not heard, until one is.
    package var trouble: String?
    /// Lines that were heard to the end, and seconds of speech that were played.
    package var aloud = 0
    package var played = 0.0
    /// How often a player had to be started again, and how often its samples came too late.
    package var restarts = 0
    package var underruns = 0

    package init() {}
}
