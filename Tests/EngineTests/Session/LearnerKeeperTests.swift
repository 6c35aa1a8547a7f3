import FoundationEssentials
import Glibc
import Testing

@testable import Basics
@testable import Engine
@testable import Record
@testable import Vision

@Suite("The learner from one session to the next", .shared)
struct LearnerKeeperTests {
    private let folder = TestFolder()
    private let clock = ManualClock()
    private var hub: EventHub { EventHub(clock: clock) }
    private var path: String { folder.path + "/learner/a-world.json" }

    private func settings(fresh: Bool = false) -> LearnerSettings {
        var settings = LearnerSettings()
        settings.folder = folder.path + "/learner"
        settings.isFresh = fresh
        return settings
    }

    private func open(
        fresh: Bool = false, game: String = "A world", hub: EventHub? = nil
    ) async -> LearnerKeeper.Start {
        await LearnerKeeper.start(settings(fresh: fresh), game: game, hub: hub ?? self.hub)
    }

    /// Teaches lessons that depend on their number.
    private func teach(_ learner: inout Learner, _ lessons: Range<Int>) {
        let scenes: [SceneKind] = [.wilderness, .city, .combat]
        for number in lessons {
            let before = Samples.reading(scenes[number % 3], health: Double(number % 7) * 15) {
                $0.enemies = number % 4
            }
            learner.learn(
                Learner.Lesson(
                    before: LearnerState(before), action: [.moveForward, .sprint][number % 2],
                    source: [.heuristic, .learned, .model][number / 3 % 3], reward: Double(number % 11) / 100,
                    after: LearnerState(Samples.reading(scenes[(number + 1) % 3]))))
        }
    }

    private func taught(_ lessons: Int) -> Learner {
        var learner = Learner()
        teach(&learner, 0..<lessons)
        return learner
    }

    private func put(_ text: String) throws {
        try FileManager.default.createDirectory(atPath: path.folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path.folder)) ?? []).sorted()
    }

    @Test("what a session learnt the next one of that game knows, and its counts go on as if there were one")
    func roundTrip() async throws {
        let first = await open()
        #expect(first.notices.isEmpty && first.learner.summary.experiences == 0)
        var learner = taught(700)
        try await first.keeper?.save(learner)

        let second = await open()
        let states = learner.summary.states
        let told = "the learner goes on from 700 experiences in \(states) states (--fresh begins anew)"
        #expect(second.notices == [told])
        var resumed = second.learner
        #expect(resumed.summary.experiences == 700 && resumed.summary.states == learner.summary.states)
        teach(&learner, 700..<1500)
        teach(&resumed, 700..<1500)
        // A sum over a dictionary may differ in its last digit.
        let (one, two) = (try #require(learner.summary.uplift), try #require(resumed.summary.uplift))
        #expect(abs(one - two) < 1e-12)
        #expect(resumed.summary.experiences == 1500 && resumed.summary.advised == learner.summary.advised)
        #expect(resumed.summary.averageReward == learner.summary.averageReward)
        for scene in SceneKind.allCases {
            let state = LearnerState(Samples.reading(scene))
            #expect(
                resumed.advice(in: state, insteadOf: .moveForward)?.visits
                    == learner.advice(in: state, insteadOf: .moveForward)?.visits)
        }
        #expect(await open(game: "Another world").learner.summary.experiences == 0)
    }

    @Test("nothing is kept where no folder is named")
    func off() async {
        let start = await LearnerKeeper.start(LearnerSettings(), game: "A world", hub: hub)
        #expect(start.keeper == nil && start.notices.isEmpty)
        var homeless = LearnerSettings()
        homeless.why = "no home"
        let told = await LearnerKeeper.start(homeless, game: "A world", hub: hub)
        #expect(told.keeper == nil && told.notices == ["what is learnt will not be kept: no home"])
    }

    @Test("the folder is where the XDG rules say", arguments: [
        (["XDG_STATE_HOME": "/state", "HOME": "/home/me"], "/state/singularis/learner"),
        (["XDG_STATE_HOME": "state", "HOME": "/home/me"], "/home/me/.local/state/singularis/learner"),
        (["HOME": "/home/me"], "/home/me/.local/state/singularis/learner"),
        (["XDG_STATE_HOME": "", "HOME": ""], nil), ([:], nil),
    ] as [([String: String], String?)])
    func folders(environment: [String: String], folder: String?) {
        #expect(LearnerSettings.folder(environment: environment) == folder)
    }

    private static func written(_ game: String, _ learner: String) -> String {
        #"{"format":"singularis-learner","version":1,"game":"\#(game)","learner":\#(learner)}"#
    }

    @Test("what is broken is told, kept aside and begun anew", arguments: [
        "", "{", "[]", "null", "not json", #"{"format":"something else","version":1}"#,
        #"{"format":"singularis-learner","version":1}"#,
        LearnerKeeperTests.written("B world", #"{"experiences":1,"totalReward":1,"advised":0,"rows":[]}"#),
        LearnerKeeperTests.written("A world", #"{"experiences":-1,"totalReward":1,"advised":0,"rows":[]}"#),
        LearnerKeeperTests.written(
            "A world", #"{"experiences":9223372036854775807,"totalReward":1,"advised":0,"rows":[]}"#),
        LearnerKeeperTests.written("A world", #"{"experiences":1,"totalReward":1e300,"advised":0,"rows":[]}"#),
        LearnerKeeperTests.written("A world", #"{"experiences":1,"totalReward":1,"advised":5,"rows":[]}"#),
        String(repeating: " ", count: LearnerCheckpoint.largest + 1),
    ])
    func broken(text: String) async throws {
        try put(text)
        let start = await open()
        #expect(start.learner.summary.experiences == 0)
        #expect(start.notices.count == 1 && start.notices[0].contains("is kept as \(path).broken"), "\(start.notices)")
        #expect(names == ["a-world.json.broken"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + ".broken")).count == text.utf8.count)
        try await start.keeper?.save(taught(3))
        #expect(await open().learner.summary.experiences == 3)
    }

    @Test("a file cut short anywhere is refused, one with any byte changed is read or refused: it crashes nothing")
    func damage() throws {
        let checkpoint = LearnerCheckpoint(game: "A world", folder: folder.path)
        try checkpoint.write(taught(20))
        let whole = try WholeFile.read(checkpoint.path, limit: 1 << 20)
        for cut in stride(from: 0, to: whole.count, by: 23) {
            try Data(whole[..<cut]).write(to: URL(fileURLWithPath: checkpoint.path))
            #expect(throws: LearnerCheckpoint.Unusable.self) { try checkpoint.read() }
        }
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var bytes = whole
            bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            try Data(bytes).write(to: URL(fileURLWithPath: checkpoint.path))
            if var learner = try? checkpoint.read() { teach(&learner, 0..<5) }
        }
    }

    @Test("what a later version wrote is left alone, and nothing is saved over it")
    func newer() async throws {
        try put(#"{"format":"singularis-learner","version":2,"pages":[]}"#)
        let start = await open()
        #expect(start.keeper == nil && start.notices.count == 1)
        #expect(start.notices[0].contains("a later version of the program wrote it (format 2)"))
        #expect(names == ["a-world.json"])
        // Unless it is wished for.
        let fresh = await open(fresh: true)
        #expect(fresh.keeper != nil && names == ["a-world.json.old"])
    }

    @Test("a session that begins anew keeps aside what was learnt before")
    func fresh() async throws {
        try await open().keeper?.save(taught(5))
        let start = await open(fresh: true)
        #expect(start.learner.summary.experiences == 0)
        #expect(start.notices == ["the learner begins anew; what it knew is kept in \(path).old"])
        try await start.keeper?.save(taught(2))
        #expect(names == ["a-world.json", "a-world.json.old"])
        #expect(await open().learner.summary.experiences == 2)
    }

    @Test("a file that cannot be read is left alone, and a folder that cannot be made is told")
    func unreadable() async throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let start = await open()
        #expect(start.keeper == nil && start.notices.count == 1 && start.notices[0].contains("cannot be read"))
        var settings = settings()
        try put2(folder.path + "/file")
        settings.folder = folder.path + "/file/learner"
        let none = await LearnerKeeper.start(settings, game: "A world", hub: hub)
        #expect(none.keeper == nil)
        #expect(none.notices.first?.hasPrefix("what is learnt will not be kept: \(folder.path)/file/learner") == true)
    }

    private func put2(_ path: String) throws { try Data("x".utf8).write(to: URL(fileURLWithPath: path)) }

    @Test("it is saved every five minutes, only when there is something new, and a failure is told once")
    func periodic() async throws {
        let hub = EventHub(clock: clock)
        let log = EventLog(hub)
        let keeper = try #require(await open(hub: hub).keeper)
        let run = Task { await keeper.run { taught(9) } }
        func pass() async {
            await clock.sleepers(1)
            clock.advance(by: .seconds(300))
            await clock.sleepers(1)
        }
        await clock.sleepers(1)
        #expect(names.isEmpty)
        await pass()
        #expect(await open().learner.summary.experiences == 9)
        try FileManager.default.removeItem(atPath: path)
        await pass()
        #expect(names.isEmpty)
        run.cancel()
        await run.value

        let failing = try #require(await open(hub: hub).keeper)
        try FileManager.default.removeItem(atPath: path.folder)
        let again = Task { await failing.run { taught(9) } }
        for _ in 0..<3 { await pass() }
        again.cancel()
        await again.value
        let failures = log.count {
            if case .notice(let text) = $0 { text.contains("could not be saved") } else { false }
        }
        #expect(failures == 1)
    }

    @Test("of two sessions of one game the last to save wins, and the file is whole at any time")
    func together() async throws {
        let keepers = [await open().keeper, await open().keeper].compactMap(\.self)
        try #require(keepers.count == 2)
        try await keepers[0].save(taught(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, keeper) in keepers.enumerated() {
                group.addTask { for count in 1...40 { try await keeper.save(taught(2 * count + index)) } }
            }
            for _ in 0..<40 {
                let checkpoint = LearnerCheckpoint(game: "A world", folder: path.folder)
                #expect(try checkpoint.read() != nil)
                await Task.yield()
            }
            try await group.waitForAll()
        }
        #expect([80, 81].contains(await open().learner.summary.experiences))
        #expect(names == ["a-world.json"])
    }

    @Test("a file stays small however much was learnt: the states visited most are kept")
    func bounded() async throws {
        var learner = Learner()
        var random = SeededGenerator(seed: 3)
        for _ in 0..<30_000 {
            let scene = SceneKind.allCases[Int(random.next() % UInt64(SceneKind.allCases.count))]
            let reading = Samples.reading(scene, health: random.unit() * 100) {
                $0.stamina = random.unit() * 50
                $0.enemies = Int(random.next() % 3)
                $0.enemyBearing = random.unit() * 90 - 45
                $0.rumourBearing = random.unit() * 90 - 45
                $0.blocked = random.next() % 2 == 0
                $0.prompt = random.next() % 2 == 0
                $0.targetHealth = random.next() % 2 == 0 ? 1 : nil
            }
            learner.learn(
                Learner.Lesson(
                    before: LearnerState(reading), action: .moveForward, source: .heuristic, reward: 0,
                    after: LearnerState(reading)))
        }
        try #require(learner.summary.states > Learner.statesKept)
        let checkpoint = LearnerCheckpoint(game: "A world", folder: folder.path)
        try checkpoint.write(learner)
        let size = try WholeFile.read(checkpoint.path, limit: LearnerCheckpoint.largest).count
        #expect(size < 1 << 20)
        let read = try #require(try checkpoint.read())
        #expect(read.summary.states == Learner.statesKept && read.summary.experiences == 30_000)
    }
}
