import Testing

@testable import Basics
@testable import Connections

@testable import Engine

@Suite("Retry-After", .shared)
struct RetryAfterTests {
    @Test(
        "dates of HTTP are read, and nothing else",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2028 23:59:59 GMT", 1_835_481_599),
            ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun Nov  6 08:49:37 1994", nil),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sun, 32 Nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 24:00:00 GMT", nil), ("Sun, 06 Nov 1994 08:49 GMT", nil), ("", nil),
        ] as [(String, Int64?)])
    func dates(text: String, unix: Int64?) {
        #expect(RetryAfter.unix(text) == unix)
    }

    @Test("a date is measured by the answer's own, else by this machine's time; one that is over is no wait")
    func waits() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(RetryAfter.wait(date, date: "Sun, 06 Nov 1994 08:49:07 GMT", unix: 0) == .seconds(30))
        #expect(RetryAfter.wait(date, date: nil, unix: 784_111_770) == .seconds(7))
        #expect(RetryAfter.wait(date, date: "yesterday", unix: 784_111_770) == .seconds(7))
        #expect(RetryAfter.wait(date, date: nil, unix: 784_111_800) == .zero)
        #expect(RetryAfter.wait("120", date: nil, unix: 0) == .seconds(120))
        #expect(RetryAfter.wait("soon", date: nil, unix: 0) == nil)
    }
}
