import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    @Suite("Every bad end")
    struct BadEndTests {
        /// An end, where and how it is played.
        struct Case: Sendable, CustomTestStringConvertible {
            let end: BadEnd
            let surface: SessionUnderTest.Surface
            let mode: Mode
            var testDescription: String { "\(end.name) (\(surface.rawValue), \(mode.rawValue))" }

            static let all = BadEnd.all.flatMap { end in
                end.surfaces.flatMap { surface in end.modes.map { Case(end: end, surface: surface, mode: $0) } }
            }
        }

        @Test("leaves nothing open, the terminal as it was, and a journal that tells it", arguments: Case.all)
        func end(_ bad: Case) async throws { try await bad.end.come(on: bad.surface, mode: bad.mode) }

        @Test("the endpoint dies in the middle of an answer: the game goes on", arguments: Mode.allCases)
        func dyingEndpoint(mode: Mode) async throws {
            // Answers drop by drop, so that one is always under way.
            try await withHeadless(["serve", "--model-fault", "slow=1"]) { server in
                let started = try await server.until("the address") { !$0.outputLines.isEmpty }
                let url = try #require(started.output.firstMatch(of: #/http://[\d.:]+/#)).output
                let end = BadEnd(
                    name: "", arguments: ["--endpoint", "\(url)", "--api", "gemini", "--model", "gemini-x"],
                    happen: { session in
                        try await session.terminal!.until("an answer on its way") { $0.contains("receiving") }
                        server.process.signal(SIGKILL)
                        let screen = try await session.terminal!.until("the failure") { $0.contains("model fails") }
                        try await session.terminal!.until("the game going on") {
                            ($0.cycles ?? 0) > (screen.cycles ?? 0) + 2
                        }
                        session.process.signal(SIGTERM)
                    })
                try await end.come(on: .dashboard, mode: mode)
            }
        }

        @Test("no name can be resolved any more: the game goes on",
            arguments: zip([SessionUnderTest.Surface.dashboard, .headless], Mode.allCases))
        func nameless(surface: SessionUnderTest.Surface, mode: Mode) async throws {
            // Without servers of names the answer comes at once; with them it is that there is no such name.
            let shell = "exec unshare -m /bin/sh -c \"mount --bind /dev/null /etc/resolv.conf; exec PROGRAM\""
            let end = BadEnd(
                name: "", arguments: ["--endpoint", "http://model.invalid", "--api", "gemini", "--model", "m"],
                shell: await PrivateMount.isPossible() ? shell : nil, waitsForPlay: false,
                happen: { session in
                    if let terminal = session.terminal {
                        let screen = try await terminal.until("the failure") { $0.contains("resolving") }
                        try await terminal.until("the game going on") { ($0.cycles ?? 0) > (screen.cycles ?? 0) + 2 }
                    } else {
                        let lines = try await session.run!.until("the failure") { $0.error.contains("resolving") }
                        let count = lines.outputLines.count
                        try await session.run!.until("the game going on") { $0.outputLines.count > count + 2 }
                    }
                    session.process.signal(SIGTERM)
                })
            try await end.come(on: surface, mode: mode)
        }

        @Test("a disk that has run full: the journal tells the end all the same, and the exit code that much is lost",
            .enabled(PrivateMount.need) { await PrivateMount.isPossible() },
            arguments: zip([SessionUnderTest.Surface.dashboard, .headless], Mode.allCases))
        func fullDisk(surface: SessionUnderTest.Surface, mode: Mode) async throws {
            try await withPrivateMount("size=400k") { disk in
                let end = BadEnd(
                    name: "",
                    happen: { session in
                        // On one that is full from the start there is no journal at all.
                        try await session.recorded()
                        try disk.fill()
                        session.process.signal(SIGTERM)
                    },
                    after: AfterTheEnd(
                        status: [.code(3)], journal: .ended(["signal"], but: ["Journal", "Learner checkpoint"]),
                        says: ["No space left on device"]))
                try await end.come(on: surface, mode: mode, state: disk.path)
            }
        }

        @Test("a folder for journals that cannot be written: it is said, and the session plays and ends as ever",
            .enabled(PrivateMount.need) { await PrivateMount.isPossible() },
            arguments: zip([SessionUnderTest.Surface.dashboard, .headless], Mode.allCases))
        func readOnly(surface: SessionUnderTest.Surface, mode: Mode) async throws {
            try await withPrivateMount("ro") { disk in
                let said = surface == .headless ? ["this session is not written down"] : []
                let end = BadEnd(
                    name: "",
                    happen: { session in
                        if let terminal = session.terminal {
                            try await terminal.until("the notice") { $0.text.contains("not written down") }
                        }
                        session.process.signal(SIGTERM)
                    },
                    after: AfterTheEnd(journal: .none, says: said))
                try await end.come(on: surface, mode: mode, state: disk.path)
            }
        }

        private static let faketime = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]
            .map { $0 + "/faketime/libfaketimeMT.so.1" }.first { FileManager.default.fileExists(atPath: $0) }

        @Test("the clock is set back by an hour: nothing stops, and times are those of the session",
            .enabled(if: faketime != nil, "needs Debian's faketime"),
            arguments: zip([SessionUnderTest.Surface.dashboard, .headless], Mode.allCases))
        func clock(surface: SessionUnderTest.Surface, mode: Mode) async throws {
            let offset = TemporaryPath.file("offset")
            defer { unlink(offset) }
            try Data("+0".utf8).write(to: URL(filePath: offset))
            let end = BadEnd(
                name: "",
                environment: [
                    "LD_PRELOAD": Self.faketime, "FAKETIME_TIMESTAMP_FILE": offset, "FAKETIME_NO_CACHE": "1",
                    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                ],
                happen: { session in
                    try await session.recorded()
                    let before = try await session.sessions().first?.cycles ?? 0
                    try Data("-3600".utf8).write(to: URL(filePath: offset))
                    // What is decided now is written within a second as before.
                    try await poll("decisions after that") {
                        (try await session.sessions().first?.cycles ?? 0) >= before + 5
                    }
                    let report = try await session.report()
                    #expect((0..<600).contains(report.session.elapsed_seconds))
                    session.process.signal(SIGTERM)
                })
            try await end.come(on: surface, mode: mode)
        }
    }
}
