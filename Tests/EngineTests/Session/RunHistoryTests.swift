import Testing

@testable import Basics
@testable import Engine
@testable import Record

@Suite(.shared) struct RunHistoryTests {
    @Test("means stand for equal spans, and nothing measured is not zero")
    func means() {
        var history = RunHistory()
        #expect(history.means.isEmpty)
        history.add(1, at: 0.2)
        history.add(3, at: 0.9)
        history.add(5, at: 2.5)
        #expect(history.means == [2, nil, 5] && history.span == 1)
    }

    @Test("a run of any length fits, and no value is lost on the way")
    func folding() {
        var history = RunHistory()
        for second in 0..<10_000 { history.add(Double(second), at: Double(second)) }
        #expect(history.means.count <= 64 && history.means.count > 32 && history.span == 256)
        #expect(history.means[0] == 127.5)
        history.add(.nan, at: 1)
        history.add(1, at: .infinity)
        #expect(history.means[0] == 127.5)
    }
}
