import Testing

@testable import Basics
@testable import Engine
@testable import Vision

@Suite("The stuck detector", .shared)
struct StuckDetectorTests {
    private func at(_ view: UInt64, _ scene: SceneKind = .wilderness) -> Reading {
        Samples.reading(scene) { $0.thumbnail = Samples.view(view) }
    }

    @Test("two movements in a row that change nothing mean stuck; one does not")
    func detection() {
        var detector = StuckDetector()
        #expect(detector.moved(before: at(0), after: at(0)).isEmpty)
        #expect(detector.moved(before: at(0), after: at(1)).isEmpty)
        #expect(detector.moved(before: at(1), after: at(1)).isEmpty)
        let reports = detector.moved(before: at(1), after: at(1))
        guard case .detected(let similarity, let repeats)? = reports.first else {
            Issue.record("not detected")
            return
        }
        #expect(similarity > 0.98 && repeats == 2)
        #expect(detector.isStuck)
    }

    @Test("menus and conversations hold nobody up", arguments: [SceneKind.inventory, .map, .dialogue])
    func menus(_ scene: SceneKind) {
        var detector = StuckDetector()
        for _ in 0..<4 { #expect(detector.moved(before: at(0, scene), after: at(0, scene)).isEmpty) }
        #expect(!detector.isStuck)
    }

    @Test("a way out counts when a movement moved to a new view; a failed one leads to the next attempt")
    func recovery() {
        var detector = StuckDetector()
        _ = detector.moved(before: at(0), after: at(0))
        _ = detector.moved(before: at(0), after: at(0))
        // Turned to a new view, but the walk there leads nowhere either.
        let failed = detector.moved(before: at(1), after: at(1))
        guard case .judged(false, _)? = failed.first else {
            Issue.record("a blocked walk counted as a way out")
            return
        }
        #expect(detector.failures == 1)
        let freed = detector.moved(before: at(1), after: at(2))
        guard case .judged(true, let change)? = freed.first else {
            Issue.record("not recovered")
            return
        }
        #expect(change >= 0.15)
        #expect(!detector.isStuck)
    }

    @Test("brightness is no movement")
    func brightness() throws {
        let day = Samples.view(3)
        #expect(try #require(Thumbnail.similarity(day, day.map { $0 * 0.4 + 10 })) > 0.999)
        #expect(try #require(Thumbnail.similarity(day, Samples.view(4))) < 0.5)
        #expect(Thumbnail.similarity([], []) == nil)
        #expect(Thumbnail.similarity([1, 2], [1]) == nil)
        #expect(Thumbnail.similarity([5, 5], [9, 9]) == 1)
        #expect(Thumbnail.similarity([5, 5], [1, 9]) == 0)
    }
}
