import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    @Suite("Sessions that were written down")
    struct SessionTests {
        /// What the program writes, with the sessions of a home of its own.
        private func run(_ arguments: [String], home: EmptyHome) async throws -> HeadlessRun.Output {
            try await withHeadless(arguments, environment: ["XDG_STATE_HOME": home.path]) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(0), "\(written.error)")
                return written
            }
        }

        private func sessions(_ home: EmptyHome) async throws -> [SessionUnderTest.Listing.Session] {
            let written = try await run(["sessions", "--json"], home: home)
            return try JSONDecoder().decode(SessionUnderTest.Listing.self, from: Data(written.outputBytes)).sessions
        }

        private func told(_ id: String, _ home: EmptyHome) async throws -> SessionUnderTest.Report {
            let written = try await run(["report", id, "--format", "json"], home: home)
            return try JSONDecoder().decode(SessionUnderTest.Report.self, from: Data(written.outputBytes))
        }

        /// Of one that was killed see ``BadEndTests``.
        @Test("one that runs is listed as such, then as ended")
        func life() async throws {
            let home = try EmptyHome()
            let id = try await withHeadless(
                ["--headless", "--speed", "8"], environment: ["XDG_STATE_HOME": home.path]
            ) { run in
                try await run.until("decisions") { $0.outputLines.count >= 12 }
                // The first second has been written once there are decisions of the next.
                var found: [SessionUnderTest.Listing.Session] = []
                while (found.first?.cycles ?? 0) == 0 { found = try await sessions(home) }
                #expect(found.map(\.state) == ["running"])
                let id = try #require(found.first?.id)
                #expect(try await told(id, home).still_open?.resources.isEmpty == false)
                run.process.signal(SIGTERM)
                _ = await run.ended()
                return id
            }
            let found = try #require(try await sessions(home).first)
            #expect(found.id == id && found.state == "ended" && (found.cycles ?? 0) > 0)
            let report = try await told(id, home)
            #expect(report.format_version == 2 && report.recording.state == "ended")
            #expect(report.recording.last_written_seconds > 0 && report.still_open == nil)
            let markdown = try await run(["report", "--last"], home: home).output
            #expect(!markdown.contains("Still open") && markdown.contains("| Ended | stopped by SIGTERM |"))
            #expect(markdown.contains("## Timeline"))
            let table = try await run(["sessions"], home: home).output
            #expect(table.contains("SIGTERM") && !table.contains("`reset`"))
        }

        @Test("what cannot be told is one clear line and exit 1")
        func mistakes() async throws {
            let home = try EmptyHome()
            for (arguments, word) in [
                (["report"], "no sessions"), (["report", "/etc/passwd"], "no journal"), (["report", "nope"], "nope"),
                (["sessions", "/nowhere/at/all"], "/nowhere/at/all"),
            ] {
                try await withHeadless(arguments, environment: ["XDG_STATE_HOME": home.path]) { run in
                    let (status, written) = await run.ended()
                    #expect(status == .code(1) && written.output.isEmpty, "\(arguments)")
                    #expect(written.errorLines.count == 1 && written.error.contains(word), "\(written.error)")
                }
            }
        }
    }
}
