import Testing

@testable import Basics
@testable import Engine
@testable import Games
@testable import Journal
@testable import Record

@Suite("The end of a whole session", .timeLimit(.minutes(5)), .serialized, .alone)
struct SessionLifetimeTests {
    /// Only looked at, which weak references let every thread do.
    private final class Remains: @unchecked Sendable {
        private weak var hub: EventHub?
        init(_ hub: EventHub) { self.hub = hub }
        var areGone: Bool { hub == nil }
    }

    /// Plays until a request has ended. Every part of a session that does anything has its hub.
    private func session(_ mode: Settings.Mode) async throws -> Remains {
        let folder = TestFolder()
        var settings = Settings()
        (settings.mode, settings.speed, settings.frameRate) = (mode, .lockStep, 10)
        settings.journal = JournalSettings(.folder(folder.path))
        settings.learner.folder = folder.path
        let (hub, reached) = (EventHub(), FirstValue<Void>())
        hub.observe { event in
            switch event.kind {
            case .account(.ended), .ended: reached.set(())
            default: break
            }
        }
        let assets = try Assets.find(environment: [:], executable: CommandLine.arguments[0])
        let session = Session(settings: settings, assets: assets, hub: hub)
        async let run: Void = session.run()
        await reached.value
        session.send(.stop(.key))
        try await run
        #expect(hub.snapshot.exitCode == 0)
        return Remains(hub)
    }

    @Test("nothing of it stays in memory", arguments: [Settings.Mode.parallel, .sequential])
    func gone(_ mode: Settings.Mode) async throws {
        let remains = try await session(mode)
        // Tasks that have ended let go of what they held a moment later.
        await poll { remains.areGone }
        #expect(remains.areGone)
    }
}
