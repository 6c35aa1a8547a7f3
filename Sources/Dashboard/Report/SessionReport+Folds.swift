import Record

extension SessionReport {
    /// A time in which the agent did not get on although it tried.
    struct StuckEpisode: Codable, Equatable, Sendable {
        var startSeconds: Double
        /// Null when it did not end.
        var endSeconds: OrNull<Double>
        /// How many actions had been without effect when it was noticed.
        var repeats: Int
        var recoveriesTried: Int
        /// The last action that was tried; where the episode ended, the one that helped.
        var action: OrNull<String>
    }

    /// The newest episodes, from events.
    struct StuckEpisodes: Equatable, Sendable {
        static let capacity = 100
        private(set) var episodes: [StuckEpisode] = []
        /// Earlier ones that are not kept.
        private(set) var omitted = 0
        private var isOpen = false

        mutating func apply(_ event: EngineEvent) {
            guard case .stuck(let report) = event.kind else { return }
            switch report {
            case .detected(_, let repeats):
                if isOpen {
                    episodes[episodes.count - 1].repeats = max(repeats, episodes[episodes.count - 1].repeats)
                    return
                }
                isOpen = true
                episodes.append(
                    StuckEpisode(
                        startSeconds: event.time, endSeconds: OrNull(nil), repeats: repeats, recoveriesTried: 0,
                        action: OrNull(nil)))
                if episodes.count > Self.capacity {
                    episodes.removeFirst()
                    omitted += 1
                }
            case .recovering(let action, _):
                guard isOpen else { return }
                episodes[episodes.count - 1].recoveriesTried += 1
                episodes[episodes.count - 1].action = OrNull(action.rawValue)
            case .judged(recovered: true, _):
                guard isOpen else { return }
                episodes[episodes.count - 1].endSeconds = OrNull(event.time)
                isOpen = false
            case .judged: break
            }
        }
    }

    /// What was spent when, from events: sums over equal spans of time, which double when the session outgrows them.
    struct Spending: Codable, Equatable, Sendable {
        private static let capacity = 24
        private(set) var spanSeconds = 300.0
        /// From the beginning of the session on; spans after the last that cost something are left out.
        private(set) var dollars: [Double] = []

        mutating func apply(_ event: EngineEvent) {
            guard case .account(.ended(_, _, let cost?, _)) = event.kind, cost > .zero, event.time < 1e10 else {
                return
            }
            let time = max(0, event.time)
            while time >= spanSeconds * Double(Self.capacity) {
                spanSeconds *= 2
                dollars = stride(from: 0, to: dollars.count, by: 2).map { first in
                    dollars[first..<min(first + 2, dollars.count)].reduce(0, +)
                }
            }
            let index = Int(time / spanSeconds)
            while dollars.count <= index { dollars.append(0) }
            dollars[index] += cost.dollars
        }
    }
}
