#if canImport(Glibc)
import Glibc
#endif
import Testing

@testable import Dashboard

@Suite("Widths of the C library", .serialized, .alone)
struct LibraryWidthTests {
    @Test("every character that is shown takes as many columns as the library that curses asks says")
    func agreement() throws {
        // Declared only for programs that ask for the X/Open interfaces, so it is looked up by name.
        let address = try #require(dlsym(nil, "wcwidth"))
        let width = unsafeBitCast(address, to: (@convention(c) (Int32) -> Int32).self)
        guard let before = setlocale(LC_CTYPE, nil).map({ String(cString: $0) }), setlocale(LC_CTYPE, "C.UTF-8") != nil
        else {
            Issue.record("this machine has no C.UTF-8 locale")
            return
        }
        defer { _ = setlocale(LC_CTYPE, before) }
        var different: [String] = []
        for code in 0x20...0x3FFFF as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(code) else { continue }
            let own = TextWidth.of(scalar)
            // What is left out cannot shift a row, and what the library does not know yet is drawn as a question mark.
            let library = width(Int32(code))
            if own > 0, library > 0, Int(library) != own { different.append(String(code, radix: 16)) }
        }
        #expect(different.isEmpty)
    }
}
