import Foundation
import Testing

@testable import Basics
@testable import Desktop
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

    /// A game whose window does not appear for ten minutes.
    private func patient(_ programs: FakePrograms) throws -> Settings.DesktopChoice {
        try programs.write(
            "slow.json",
            """
            { "title": "A slow game", "launch": [{ "command": ["sleep", "1000"] }], "window": { "name": "A game" },
              "size": { "width": 640, "height": 480 }, "picture": { "width": 320, "height": 240 }, "patience": 600,
              "actions": { "moveForward": { "keys": ["Up"], "hold": 500, "layers": ["exploration"] } } }
            """)
        let file = try ProfileFile(path: programs.path + "/slow.json")
        var plan = DesktopGame.Plan(file.profile, environment: programs.environment.variables)
        plan.display = .shared(":99")
        return Settings.DesktopChoice(file, plan)
    }

    @Test("that is stopped while its game is waited for comes at once, and closes what was opened by then")
    func stoppedWhileOpening() async throws {
        let programs = try FakePrograms()
        try programs.installXDotool()
        var settings = Settings()
        settings.game = .desktop(try patient(programs))
        settings.endpoint = .none
        let hub = EventHub()
        let assets = try Assets.find(environment: [:], executable: CommandLine.arguments[0])
        let session = Session(settings: settings, assets: assets, hub: hub)
        let log = EventLog(hub)
        async let run: Void = session.run()
        await poll { programs.lines("asked").contains { $0.hasPrefix("search ") } }
        session.send(.stop(.key))
        try await run
        #expect(hub.snapshot.stopReason == .key)
        #expect(hub.snapshot.exitCode == 0)
        #expect(hub.snapshot.audit?.isClean == true)
        let closed = log.events.compactMap { event -> String? in
            if case .closed(let receipt) = event.kind, receipt.result == .closed { receipt.name } else { nil }
        }
        #expect(closed == ["Screen capture", "Game input", "Game process", "Game display", "Event loops"])
        let folders = try FileManager.default.contentsOfDirectory(atPath: programs.path)
        #expect(!folders.contains { $0.hasPrefix("singularis-") })
    }

    @Test("nothing of it stays in memory", arguments: [Settings.Mode.parallel, .sequential])
    func gone(_ mode: Settings.Mode) async throws {
        let remains = try await session(mode)
        // Tasks that have ended let go of what they held a moment later.
        await poll { remains.areGone }
        #expect(remains.areGone)
    }
}
