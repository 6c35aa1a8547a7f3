import Synchronization

/// Lines on their way from the engine's threads to the one that prints. Bounded: a reader that stalls (a full pipe)
/// costs lines, which are counted and said, never memory.
final class LineQueue: Sendable {
    /// A line, and where it goes.
    enum Line: Sendable {
        case output(String)
        case error(String)

        /// False when the reader has gone.
        func write() -> Bool {
            switch self {
            case .output(let text): return Output.write(text)
            case .error(let text):
                Output.error(text)
                return true
            }
        }
    }

    private struct State {
        var lines: [Line] = []
        var dropped = 0
    }
    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int = 4096) { self.capacity = capacity }

    func append(_ line: Line) {
        state.withLock {
            if $0.lines.count < capacity { $0.lines.append(line) } else { $0.dropped += 1 }
        }
    }

    func takeAll() -> [Line] {
        let taken = state.withLock { state in
            defer { state = State() }
            return state
        }
        return taken.dropped == 0 ? taken.lines : taken.lines + [.error("\(taken.dropped) lines were not printed in time")]
    }
}
