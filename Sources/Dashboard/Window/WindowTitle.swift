import Canvas
import Engine
import Record

/// What the window is called while the session runs: for a person who sees only its tab. Its state comes first, since
/// tabs cut titles off at the end.
struct WindowTitle: Sendable {
    /// Seconds between two titles that differ in their figures only.
    private static let pause = 1.0

    private var told = (word: "", text: "", time: -Double.infinity)

    /// The title to set now; `nil` while the last one is right, or too young to be changed for a figure.
    mutating func next(_ snapshot: Snapshot, now: Double, isReplay: Bool = false) -> String? {
        let (word, text) = (Self.word(snapshot), (isReplay ? "replay: " : "") + Self.text(snapshot))
        guard text != told.text, word != told.word || now - told.time >= Self.pause else { return nil }
        told = (word, text, now)
        return text
    }

    static func text(_ snapshot: Snapshot) -> String {
        let isWatched = snapshot.info.isWatched
        let count = isWatched ? snapshot.statistics.perceptions : snapshot.statistics.cycles
        let what = (isWatched ? "frame" : "cycle") + (count == 1 ? "" : "s")
        return "\(word(snapshot)), \(NumberFormat.count(count)) \(what) - singularis"
    }

    private static func word(_ snapshot: Snapshot) -> String {
        switch snapshot.state {
        case .starting: "starting"
        case .running: snapshot.stuck.isStuck ? "STUCK" : snapshot.info.isWatched ? "watching" : "running"
        case .paused: "paused"
        case .stepping: "stepping"
        case .operatorDrives: "you drive"
        case .held: "HELD"
        case .stopping: "stopping"
        case .ended: snapshot.exitCode == 0 ? "ended" : snapshot.leftOpen.isEmpty ? "ERROR" : "LEFT OPEN"
        }
    }
}
