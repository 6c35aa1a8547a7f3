#if canImport(Glibc)
import Glibc
#endif
import TestSupport
import Testing

@testable import Terminal

@Suite("Standard error while the screen is drawn", .serialized, .alone)
struct ErrorCaptureTests {
    /// A terminal that stands for standard error, and what arrives at it.
    private struct Line {
        let master, slave: Int32

        init() throws {
            var (master, slave): (Int32, Int32) = (-1, -1)
            try #require(openpty(&master, &slave, nil, nil, nil) == 0)
            // What is written arrives as it is.
            var raw = termios()
            tcgetattr(slave, &raw)
            cfmakeraw(&raw)
            tcsetattr(slave, TCSANOW, &raw)
            (self.master, self.slave) = (master, slave)
        }

        func write(_ text: String) { _ = Glibc.write(slave, text, text.utf8.count) }

        /// So many bytes, as soon as they have arrived.
        func next(_ count: Int) -> String {
            var all: [UInt8] = []
            var bytes = [UInt8](repeating: 0, count: count)
            while all.count < count, case let more = read(master, &bytes, count - all.count), more > 0 {
                all += bytes[..<more]
            }
            return String(decoding: all, as: UTF8.self)
        }

        /// Everything that arrives until the line is closed.
        func rest() -> String {
            var all: [UInt8] = []
            var bytes = [UInt8](repeating: 0, count: 4096)
            while case let count = read(master, &bytes, bytes.count), count > 0 { all += bytes[..<count] }
            return String(decoding: all, as: UTF8.self)
        }
    }

    @Test("is kept back, and shown afterwards in order")
    func order() throws {
        let line = try Line()
        defer { for end in [line.master, line.slave] { close(end) } }
        var capture = ErrorCapture(line.slave)
        capture.begin()
        line.write("first\n")
        capture.collect()
        line.write("second\n")
        capture.pause()
        line.write("third\n")
        capture.resume()
        line.write("kept back\n")
        _ = write(capture.original, "before\n", 7)
        #expect(line.next(26) == "first\nsecond\nthird\nbefore\n")
        capture.end()
        #expect(line.next(10) == "kept back\n")
    }

    @Test("never makes anybody wait, and keeps a bounded part, the newest, when there is more")
    func bound() async throws {
        let line = try Line()
        defer { close(line.master) }
        var capture = ErrorCapture(line.slave)
        capture.begin()
        // Nobody collects: the pipe takes what it can hold, and nothing blocks.
        for index in 0..<100_000 { line.write("early \(index)\n") }
        for index in 0..<100_000 {
            capture.collect()
            line.write("message \(index)\n")
        }
        // A terminal takes so much only while somebody reads.
        let rest = Task.detached { line.rest() }
        capture.end()
        close(line.slave)
        let shown = await rest.value
        #expect(shown.hasSuffix("message 99999\n") && shown.hasPrefix("("))
        #expect(shown.contains("bytes of earlier messages are left out)\n") && !shown.contains("early"))
        #expect(shown.utf8.count > ErrorCapture.bound / 2 && shown.utf8.count < ErrorCapture.bound + 100)
    }
}
