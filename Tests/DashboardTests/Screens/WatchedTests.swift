import Basics
import Testing
import Vision

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record
@testable import Terminal

@Suite("A game that is only watched", .shared)
struct WatchedTests {
    private static let snapshot: Snapshot = {
        var snapshot = Snapshot()
        var info = SessionInfo()
        (info.game, info.isWatched) = ("video clip.mkv", true)
        for kind in [EngineEvent.Kind.started(info), .state(.running), .perceived(Reading(), latency: 0.01)] {
            snapshot.apply(EngineEvent(time: 1, kind: kind))
        }
        return snapshot
    }()

    @Test("is said to be so, and no key is offered that presses something", arguments: [Size(120, 36), Size(80, 24)])
    func screen(size: Size) {
        var state = DashboardState()
        let rows = state.compose(Self.snapshot, frame: nil, now: 2, size: size, look: .unicode).rows
        #expect(rows.first?.contains("WATCHING  frames 1") == true && rows.first?.contains("RUNNING") == false)
        #expect(rows.contains { $0.contains("only watched: nothing is decided") })
        for word in ["step", "take over", "panic", "stuck", "intent"] {
            #expect(!rows.contains { $0.contains(word) }, "\(word)")
        }
        #expect(rows.last?.contains("space pause") == true)
        #expect(WindowTitle.text(Self.snapshot) == "watching, 1 frame - singularis")
    }

    @Test("a key that would press something is answered, and goes to nobody's game")
    func keys() {
        var state = DashboardState()
        #expect(state.press("t", snapshot: Self.snapshot, now: 2) == [.send(.takeOver(true))])
        #expect(state.press("w", snapshot: Self.snapshot, now: 4).isEmpty)
    }

    @Test("its end is told with its reason, and is no error")
    func end() {
        #expect(StopReason.videoEnded.words == "the video ended" && StopReason.videoEnded.name == "video_ended")
        #expect(StopReason.videoEnded.exitCode == 0 && StopReason.videoEnded.leavesSomebodyWatching)
    }

    @Test("a journal keeps that it was only watched, and that the video ended")
    func recorded() throws {
        var snapshot = Self.snapshot
        snapshot.apply(EngineEvent(time: 4, kind: .ended(.videoEnded)))
        let again = try JSON.decode(Snapshot.self, from: try JSON.text(snapshot).utf8)
        #expect(again.info.isWatched && again.stopReason == .videoEnded)
    }
}
