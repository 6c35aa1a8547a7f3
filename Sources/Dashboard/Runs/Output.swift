import Basics
import Glibc
import Synchronization
import Terminal

/// Plain writing to the standard streams, without buffering.
enum Output {
    /// Writes a line to standard output. False when nobody reads it any more.
    @discardableResult
    static func write(_ line: String) -> Bool { put(line + "\n", to: 1) == 0 }

    static func error(_ line: String, _ gravity: LineStamp.Gravity = .error) {
        _ = put(LineStamp(of: 2).prefixed(line, gravity) + "\n", to: 2)
    }

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

    /// Writes all of it. Gives 0, or the number of the error that stopped it.
    static func put(_ text: String, to descriptor: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
    }
}

extension Slice where Base == UnsafeBufferPointer<UInt8> {
    fileprivate var baseAddress: UnsafePointer<UInt8>? { base.baseAddress.map { $0 + startIndex } }
}

/// A time, in seconds since 1970, as clocks here show it, put into words as `strftime` does; without one it is now.
func localTime(_ format: String, at seconds: time_t = time(nil)) -> String {
    var seconds = seconds
    var parts = tm()
    localtime_r(&seconds, &parts)
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
    }

    private struct State {
        var lines: [Line] = []
        var dropped = 0
        var hasEnded = false
    }
    private let capacity: Int
    private let state = Mutex(State())
    private let news = Bell()

    init(capacity: Int = 4096) { self.capacity = capacity }

    func append(_ line: Line) {
        let isFirst = state.withLock {
            if $0.lines.count < capacity { $0.lines.append(line) } else { $0.dropped += 1 }
            return $0.lines.count == 1
        }
        // Who prints takes all there are.
        if isFirst { news.ring() }
    }

    /// No line will follow.
    func end() {
        state.withLock { $0.hasEnded = true }
        news.ring()
    }

    /// Prints lines as they come, to the last. Blocks the calling thread. `onFailure` is told why standard
    /// output takes no line any more (an error number). `look` is asked about once a second for lines that no event
    /// brings.
    func print(onFailure: (Int32) -> Void, look: (() -> [Line])? = nil) {
        var hasEnded = false
        var lookAt = ContinuousClock.now
        while !hasEnded {
            news.wait(seconds: look == nil ? .infinity : ContinuousClock.now.duration(to: lookAt).seconds)
            var taken = state.withLock { state in
                defer { (state.lines, state.dropped) = ([], 0) }
                return state
            }
            if let look, lookAt <= .now {
                lookAt = .now + .seconds(1)
                taken.lines += look()
            }
            var output = ""
            for line in taken.lines {
                switch line {
                case .output(let text): output += text + "\n"
                case .error(let text): _ = Output.put(text + "\n", to: 2)
                }
            }
            let failure = output.isEmpty ? 0 : Output.put(output, to: 1)
            if failure != 0 { onFailure(failure) }
            if taken.dropped > 0 { Output.error("\(taken.dropped) lines were not printed in time", .warning) }
            hasEnded = taken.hasEnded
            // At full speed lines come by the thousand: a hundred times a second is often enough to be woken for them.
            if !hasEnded { usleep(10_000) }
        }
    }
}
