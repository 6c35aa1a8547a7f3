import Testing

@testable import Basics
@testable import Engine
@testable import Record

@Suite("The restarts of loops", .shared)
struct SupervisorCoreTests {
    private typealias Watch = SupervisorCore.Watch
    private let start = ContinuousClock.now
    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    /// A core whose one loop runs since 0.
    private func running() -> SupervisorCore {
        var core = SupervisorCore([.cycle])
        #expect(core.start(at: start) == [.start(.cycle, generation: 1)])
        return core
    }

    /// Looks at the loop, silent since `sign`, at every moment the core wants to, until it wants something done.
    private func watch(
        _ core: inout SupervisorCore, from now: Double, sign: Double, limit: Double = 10
    ) -> (steps: [SupervisorCore.Step], time: Double) {
        var now = at(now)
        for _ in 0..<100 {
            let steps = core.tick(now) { _ in Watch(sign: at(sign), limit: .seconds(limit)) }
            if !steps.isEmpty { return (steps, start.duration(to: now).seconds) }
            guard let deadline = core.deadline else { break }
            now = deadline
        }
        return ([], start.duration(to: now).seconds)
    }

    private func started(_ generation: Int) -> [SupervisorCore.Step] {
        [.start(.cycle, generation: generation), .tellRestarted(.cycle)]
    }

    @Test("a loop that throws is started again after 0.5, 2 and 8 seconds, and then input is held")
    func throwing() {
        var core = running()
        var now = 1.0
        for (restart, wait) in [(1, 0.5), (2, 2.0), (3, 8.0)] {
            let steps = core.ended(.cycle, generation: restart, why: "broken", at: at(now))
            #expect(steps == [.letGo(.cycle), .tellFailed(.cycle, "broken", restart: restart, wait: .seconds(wait))])
            let (again, time) = watch(&core, from: now, sign: now)
            #expect(again == started(restart + 1) && time == now + wait)
            now = time + 1
        }
        let steps = core.ended(.cycle, generation: 4, why: "broken", at: at(now))
        #expect(steps == [.letGo(.cycle), .hold(.cycle, "broken", restarts: 3)])
        #expect(watch(&core, from: now, sign: now).steps.isEmpty)
        #expect(core.deadline == nil)
    }

    @Test("a run that was well for a minute makes up for the failures before it")
    func healthy() {
        for (stretch, restart) in [(59.9, 2), (60.0, 1)] {
            var core = running()
            _ = core.ended(.cycle, generation: 1, why: "broken", at: at(1))
            #expect(watch(&core, from: 1, sign: 1).time == 1.5)
            let steps = core.ended(.cycle, generation: 2, why: "broken", at: at(1.5 + stretch))
            let wait = Duration.seconds(restart == 1 ? 0.5 : 2)
            #expect(steps.last == .tellFailed(.cycle, "broken", restart: restart, wait: wait))
        }
    }

    @Test("a silent loop is told to end, and started again once it has")
    func silent() {
        var core = running()
        let (steps, time) = watch(&core, from: 0, sign: 3)
        #expect(steps == [.cancel(.cycle)] && time == 13)
        let end = core.ended(.cycle, generation: 1, why: "CancellationError()", at: at(13.2))
        let why = "no sign of life for 10 s"
        #expect(end == [.letGo(.cycle), .tellFailed(.cycle, why, restart: 1, wait: .milliseconds(500))])
        #expect(watch(&core, from: 13.2, sign: 3).steps == started(2))
        // The silence of the run before is not that of this one.
        #expect(watch(&core, from: 13.7, sign: 3).time == 23.7)
    }

    @Test("one that does not end is given up and replaced, and what it says later is not heard")
    func hanging() {
        var core = running()
        _ = watch(&core, from: 0, sign: 0)
        core.answered(.cycle, generation: 1)
        let (steps, time) = watch(&core, from: 10, sign: 0)
        let why = "no sign of life for 10 s, and it did not end when told to"
        #expect(
            steps == [
                .giveUp(.cycle), .letGo(.cycle), .tellFailed(.cycle, why, restart: 1, wait: .milliseconds(500)),
            ])
        #expect(time == 11)
        #expect(watch(&core, from: 11, sign: 0).steps == started(2))
        #expect(core.ended(.cycle, generation: 1, why: "late", at: at(12)).isEmpty)
        #expect(core.ended(.cycle, generation: 1, why: nil, at: at(12)).isEmpty)
        #expect(core.ended(.cycle, generation: 2, why: "again", at: at(12)).count == 2)
    }

    @Test("one that lets no other task have a turn is given up for good at once")
    func spinning() {
        var core = running()
        _ = watch(&core, from: 0, sign: 0)
        let steps = watch(&core, from: 10, sign: 0).steps
        let why = "no sign of life for 10 s, and it holds up the thread that all loops run on"
        #expect(steps == [.giveUp(.cycle), .letGo(.cycle), .hold(.cycle, why, restarts: 0)])
    }

    @Test("a loop that rests, or waits for others, owes no sign of life; afterwards it has its whole time")
    func resting() {
        var core = running()
        for second in stride(from: 0.0, to: 100, by: 10) {
            #expect(core.tick(at(second)) { _ in Watch(sign: nil, limit: .seconds(10)) }.isEmpty)
            #expect(core.deadline == at(second + 10))
        }
        core.rest(true, at: at(100))
        #expect(watch(&core, from: 100, sign: 0).steps.isEmpty)
        #expect(core.deadline == nil)
        core.rest(false, at: at(200))
        #expect(watch(&core, from: 200, sign: 0).time == 210)
    }

    @Test("after a time in which the watch itself stood still nobody is blamed for the silence")
    func suspended() {
        var core = running()
        #expect(core.tick(at(1)) { _ in Watch(sign: at(1), limit: .seconds(10)) }.isEmpty)
        #expect(core.deadline == at(11))
        #expect(watch(&core, from: 3600, sign: 1).time == 3610)

        var ending = running()
        _ = watch(&ending, from: 0, sign: 0)
        #expect(ending.tick(at(3600)) { _ in Watch(sign: start, limit: .seconds(10)) }.isEmpty)
        #expect(ending.deadline == at(3601))
    }

    @Test("a person may give a loop that was given up another chance, with all its restarts")
    func reviving() {
        var core = running()
        _ = watch(&core, from: 0, sign: 0)
        _ = watch(&core, from: 10, sign: 0)
        #expect(core.revive(at: at(60)) == started(2))
        #expect(core.revive(at: at(61)).isEmpty)
        let steps = core.ended(.cycle, generation: 2, why: "broken", at: at(62))
        #expect(steps.last == .tellFailed(.cycle, "broken", restart: 1, wait: .milliseconds(500)))
    }

    @Test("a loop that returns is over, and one that is not watched is never silent")
    func returning() {
        var core = running()
        #expect(core.ended(.cycle, generation: 1, why: nil, at: at(1)).isEmpty)
        #expect(core.tick(at(100)) { _ in Watch(sign: start, limit: .seconds(1)) }.isEmpty)
        var unwatched = running()
        #expect(unwatched.tick(at(100)) { _ in nil }.isEmpty && unwatched.deadline == nil)
    }

    @Test("loops fail and come back each by itself")
    func several() {
        var core = SupervisorCore([.perception, .action])
        _ = core.start(at: start)
        _ = core.ended(.perception, generation: 1, why: "blind", at: at(1))
        let steps = core.tick(at(1.5)) { _ in Watch(sign: at(1.5), limit: .seconds(10)) }
        #expect(steps == [.start(.perception, generation: 2), .tellRestarted(.perception)])
        #expect(core.ended(.action, generation: 1, why: "lame", at: at(2)).count == 2)
    }

    @Test("the limit follows a loop's own interval, and is never hasty")
    func limits() {
        #expect(RestartPolicy.limit(interval: .milliseconds(500)) == .seconds(10))
        #expect(RestartPolicy.limit(interval: .seconds(3)) == .seconds(30))
    }
}
