import Testing

@testable import Basics
@testable import Engine
@testable import Record

@Suite("Watching", .timeLimit(.minutes(5)), .shared)
struct WatchingTests {
    @Test("where there is nothing to press frames are read, and nothing is decided", arguments: Settings.Mode.allCases)
    func watching(_ mode: Settings.Mode) async throws {
        let rig = SchedulerTests.Rig(mode, with: { ($0.isWatched, $0.isLockStep) = (true, false) })
        let run = Task { await rig.gameplay.run() }
        for _ in 0..<5 {
            await rig.until { if case .perceived = $0 { true } else { false } }
            // The loop and the watch over it.
            await rig.clock.sleepers(2)
            rig.clock.advance(by: .milliseconds(100))
        }
        run.cancel()
        await run.value
        let snapshot = rig.hub.snapshot
        #expect(snapshot.statistics.perceptions >= 5 && snapshot.statistics.skippedFrames == 0)
        #expect(snapshot.statistics.cycles == 0 && snapshot.actions.isEmpty)
        #expect(Array(snapshot.loops.keys) == [.perception] && snapshot.loops[.perception]?.isResting == true)
        #expect(rig.game.inputs.allSatisfy { $0 == .releaseAll })
    }
}
