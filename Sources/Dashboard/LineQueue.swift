import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Lines on their way from the engine's threads to the one that prints. Bounded: a reader that stalls (a full pipe)
/// costs lines, which are counted and said, never memory.
final class LineQueue: Sendable {
    /// A line, and where it goes.
    enum Line: Sendable {
        case output(String)
        case error(String)
    }

    private struct State {
        var lines: [Line] = []
        var dropped = 0
        var hasEnded = false
    }
    private let capacity: Int
    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)

    init(capacity: Int = 4096) { self.capacity = capacity }

    func append(_ line: Line) {
        let isFirst = state.withLock {
            if $0.lines.count < capacity { $0.lines.append(line) } else { $0.dropped += 1 }
            return $0.lines.count == 1
        }
        // Who prints takes all there are.
        if isFirst { news.signal() }
    }

    /// No line will follow.
    func end() {
        state.withLock { $0.hasEnded = true }
        news.signal()
    }

    /// Prints lines as they come, to the last. Blocks the calling thread. `onReaderGone` is called when nobody reads
    /// standard output any more.
    func print(onReaderGone: () -> Void) {
        var hasEnded = false
        while !hasEnded {
            news.wait()
            let taken = state.withLock { state in
                defer { (state.lines, state.dropped) = ([], 0) }
                return state
            }
            var output = ""
            for line in taken.lines {
                switch line {
                case .output(let text): output += text + "\n"
                case .error(let text): Output.error(text)
                }
            }
            if !output.isEmpty, !Output.put(output, to: 1) { onReaderGone() }
            if taken.dropped > 0 { Output.error("\(taken.dropped) lines were not printed in time") }
            hasEnded = taken.hasEnded
            // At full speed lines come by the thousand: a hundred times a second is often enough to be woken for them.
            if !hasEnded { usleep(10_000) }
        }
    }
}
