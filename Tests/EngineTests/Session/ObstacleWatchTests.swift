import Testing

@testable import Basics
@testable import Engine
@testable import Games
@testable import Record

@Suite("An obstacle", .timeLimit(.minutes(5)), .shared)
struct ObstacleWatchTests {
    @Test("holds the input and the paid model; when it is gone the agent acts on nothing it saw before")
    func holds() async throws {
        let rig = SchedulerTests.Rig(.sequential, with: { $0.isLockStep = false })
        let watch = ObstacleWatch(rig.gameplay, hub: rig.hub)
        let following = Task { await watch.follow(rig.game) }
        let run = Task { await rig.gameplay.run() }
        await rig.until(actions: 1) { $0 == .executed }
        #expect(!CommandDesk.modelRests(rig.gameplay.gate.phase, cannotPlay: watch.holds))

        rig.game.setObstacle("the window is gone")
        await rig.until(actions: 1) { $0 == .refused(.inputStopped) }
        #expect(rig.gameplay.gate.phase == .held)
        #expect(CommandDesk.modelRests(rig.gameplay.gate.phase, cannotPlay: watch.holds))
        #expect(!CommandDesk.modelRests(.held, cannotPlay: false), "a person's hold leaves something to comment on")

        rig.game.setObstacle("the window is covered")
        await rig.until {
            if case .notice("input is held: the window is covered") = $0 { true } else { false }
        }
        #expect(rig.gameplay.gate.phase == .held)

        let before = rig.hub.snapshot.statistics.executed
        rig.game.setPictures(from: rig.clock.now)
        rig.clock.advance(by: .milliseconds(10))
        rig.game.setObstacle(nil)
        await rig.until {
            if case .state(.running) = $0 { true } else { false }
        }
        #expect(!watch.holds)
        // Pictures go on coming, but none of the time since: young enough to act on, and yet nobody does.
        var seen = 0
        await rig.until {
            if case .perceived = $0 { seen += 1 }
            return seen == 50
        }
        #expect(rig.hub.snapshot.statistics.executed == before)
        rig.game.setPictures(from: nil)
        await rig.until(actions: 1) { $0 == .executed }
        run.cancel()
        following.cancel()
        await run.value
        await following.value
    }

    @Test("that a person overrules gives nothing back when it is gone")
    func overruled() async throws {
        let rig = SchedulerTests.Rig(.sequential)
        let watch = ObstacleWatch(rig.gameplay, hub: rig.hub)
        let following = Task { await watch.follow(rig.game) }
        rig.game.setObstacle("the window is gone")
        for await phase in rig.gameplay.gate.phases() where phase == .held { break }
        watch.overrule()
        rig.game.setObstacle(nil)
        rig.game.endObstacles()
        await following.value
        #expect(rig.gameplay.gate.phase == .held)
    }
}
