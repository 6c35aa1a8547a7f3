import Dispatch
import Glibc
import Synchronization
import Terminal

/// Plain writing to the standard streams, without buffering.
enum Output {
    /// Writes a line to standard output. False when nobody reads it any more.
    @discardableResult
    static func write(_ line: String) -> Bool { put(line + "\n", to: 1) }

    static func error(_ line: String) { _ = put(line + "\n", to: 2) }

    /// Writes the lines of a transcript, those that are not as they should be in red where that is wanted.
    static func transcript(_ lines: [Transcript.Line], colors: Bool, toError: Bool) {
        for line in lines {
            let text = colors && line.isBad ? "\u{1b}[31m\(line.text)\u{1b}[0m" : line.text
            _ = put(text + "\n", to: toError ? 2 : 1)
        }
    }

    /// The same for a terminal that takes nothing: it gets two seconds to come back, and the program then ends anyway.
    static func transcriptToStalledTerminal(_ lines: [Transcript.Line]) {
        var output = TerminalOutput(1)
        output.send(lines.map { $0.text + "\n" }.joined())
        _ = output.finish(within: 2)
        output.close()
    }

    /// Writes all of it; false when that is not possible.
    static func put(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}

extension Slice where Base == UnsafeBufferPointer<UInt8> {
    fileprivate var baseAddress: UnsafePointer<UInt8>? { base.baseAddress.map { $0 + startIndex } }
}

/// The time here, put into words as `strftime` does.
func localTime(_ format: String) -> String {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    var buffer = [CChar](repeating: 0, count: 64)
    let count = strftime(&buffer, buffer.count, format, &parts)
    return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
}

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
    private let news = DispatchSemaphore(value: 0)

    init(capacity: Int = 4096) { self.capacity = capacity }

    func append(_ line: Line) {
        state.withLock {
            if $0.lines.count < capacity { $0.lines.append(line) } else { $0.dropped += 1 }
        }
        wake()
    }

    /// Has the thread that prints look whether it is over.
    func wake() { news.signal() }

    /// Prints lines as they come, until `result` says something, and returns that. Blocks the calling thread, which is
    /// the main one. `onReaderGone` is called when nobody reads standard output any more.
    func print<Result>(until result: () -> Result?, onReaderGone: () -> Void) -> Result {
        while true {
            // Asked first: the lines that came before the end are printed, too.
            let result = result()
            for line in takeAll() where !line.write() { onReaderGone() }
            if let result { return result }
            news.wait()
        }
    }

    private func takeAll() -> [Line] {
        let taken = state.withLock { state in
            defer { state = State() }
            return state
        }
        guard taken.dropped > 0 else { return taken.lines }
        return taken.lines + [.error("\(taken.dropped) lines were not printed in time")]
    }
}
