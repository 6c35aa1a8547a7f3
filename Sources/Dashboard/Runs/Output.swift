import Glibc
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
