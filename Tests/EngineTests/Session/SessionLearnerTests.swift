import FoundationEssentials
import Testing

@testable import Basics
@testable import Engine
@testable import Games
@testable import Record

/// Whole sessions, one after another, with one folder.
@Suite("The learner of a whole session", .timeLimit(.minutes(5)), .serialized, .alone)
struct SessionLearnerTests {
    /// Plays until so many lessons were learnt, and ends as a key does.
    private func session(
        _ folder: String, lessons: Int, fresh: Bool = false, beforeEnd: () -> Void = {}
    ) async throws -> EventLog {
        var settings = Settings()
        settings.endpoint = .none
        settings.speed = .lockStep
        settings.mode = .sequential
        settings.learner.folder = folder
        settings.learner.isFresh = fresh
        let hub = EventHub()
        let log = EventLog(hub)
        let assets = try Assets.find(environment: [:], executable: CommandLine.arguments[0])
        let session = Session(settings: settings, assets: assets, hub: hub)
        async let run: Void = session.run()
        await log.wait(lessons) { if case .lesson = $0 { true } else { false } }
        beforeEnd()
        session.send(.stop(.key))
        try await run
        return log
    }

    @Test("what one session learnt is saved by its cleanup, with a receipt, and is where the next one begins")
    func oneAfterAnother() async throws {
        let folder = TestFolder()
        let first = try await session(folder.path, lessons: 40).snapshot
        #expect(first.resources.contains { $0.name == "Learner checkpoint" && !$0.isLeftOpen })
        #expect(first.exitCode == 0)
        let learnt = first.statistics.learner.experiences
        #expect(learnt == first.statistics.lessons)

        let log = try await session(folder.path, lessons: 10)
        let second = log.snapshot
        let resumed = log.events.compactMap { if case .learnerResumed(let it) = $0.kind { it } else { nil } }
        #expect(resumed.map(\.experiences) == [learnt])
        #expect(second.statistics.learner.experiences == learnt + second.statistics.lessons)
        #expect(second.notices.contains { $0.text.contains("goes on from \(learnt) experiences") })

        let third = try await session(folder.path, lessons: 1, fresh: true).snapshot
        #expect(third.statistics.learner.experiences == third.statistics.lessons)
    }

    @Test("a learner that cannot be saved at the end is a receipt that says so")
    func unsaved() async throws {
        let folder = TestFolder()
        let nested = folder.path + "/learner"
        let log = try await session(nested, lessons: 5) { try? FileManager.default.removeItem(atPath: nested) }
        let receipt = log.snapshot.resources.first { $0.name == "Learner checkpoint" }
        guard case .done(let done)? = receipt?.phase, case .failed(let why) = done.result else {
            Issue.record("\(String(describing: receipt))")
            return
        }
        #expect(why.contains("No such file or directory"))
    }
}
