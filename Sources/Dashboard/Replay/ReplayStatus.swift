import Canvas
import Journal

/// What the screen shows of a replay itself.
struct ReplayStatus: Sendable, Equatable {
    /// How the session goes or went, as far as the journal tells.
    enum Writer: Sendable, Equatable {
        /// It is being written; nothing new has come for so many seconds.
        case alive(silence: Double)
        /// The session has told its end.
        case ended
        /// No end was written, and nobody writes any more, for so many seconds.
        case gone(Double)
        /// Its end has not been reached yet.
        case unknown
    }

    /// In seconds of the session.
    var position = 0.0
    /// `nil` as long as it is not known.
    var length: Double?
    var speed = 1.0
    var isPlaying = true
    var isAtEdge = false
    var writer = Writer.unknown
    /// What `n` and `N` go to, and when there are such.
    var kind = JournalIndex.Mark.failure
    var marks: [Double] = []
    /// When the picture on the screen was written.
    var pictureTime: Double?

    /// Where it is, and of how much: `00:12:34 / 08:00:00`.
    func place(isNarrow: Bool) -> String {
        let now = NumberFormat.clock(min(position, length ?? position))
        guard !isNarrow, let length else { return now }
        return "\(now) / \(NumberFormat.clock(length))"
    }

    /// How fast it goes: `4x`, `paused`, `live`.
    var pace: String {
        if isAtEdge { return "live" }
        return isPlaying ? Self.speed(speed) : "paused"
    }

    /// What the screen is, for the header.
    var word: String { isAtEdge ? "FOLLOWING" : "REPLAY \(pace)" }

    static func speed(_ speed: Double) -> String {
        "\(NumberFormat.fixed(speed, speed < 0.5 ? 2 : speed < 1 ? 1 : 0))x"
    }

    /// That the session was killed, and how long ago; `nil` when it was not, or that has not been reached.
    var killed: String? {
        guard case .gone(let seconds) = writer else { return nil }
        return "KILLED \(NumberFormat.duration(seconds)) ago"
    }

    /// That its writer is stuck; `nil` when it is not.
    var alarm: String? {
        guard case .alive(let silence) = writer, isAtEdge, silence > 3 else { return nil }
        return "nothing written for \(NumberFormat.age(silence))"
    }
}

extension JournalIndex.Mark {
    /// One of them, and several.
    var words: (one: String, many: String) {
        switch self {
        case .failure: ("failure", "failures")
        case .stuck: ("stuck episode", "stuck episodes")
        case .death: ("death", "deaths")
        case .spendJump: ("spend jump", "spend jumps")
        }
    }

    var next: Self {
        let all = Self.allCases
        return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
    }
}
