import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    @Suite("Sessions that were written down")
    struct SessionTests {
        private struct Listing: Decodable {
            struct Session: Decodable {
                let id: String
                let state: String
                var reason: String?
                var cycles: Int?
            }
            let sessions: [Session]
        }

        private struct Report: Decodable {
            struct Outcome: Decodable { let reason: String }
            struct Open: Decodable {
                struct Resource: Decodable { let name: String }
                let resources: [Resource]
            }
            struct Recording: Decodable {
                let state: String
                let last_written_seconds: Double
            }
            let format_version: Int
            let outcome: Outcome
            var still_open: Open?
            let recording: Recording
        }

        /// What the program writes, with the sessions of a home of its own.
        private func run(_ arguments: [String], home: EmptyHome) async throws -> HeadlessRun.Output {
            try await withHeadless(arguments, environment: ["XDG_STATE_HOME": home.path]) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(0), "\(written.error)")
                return written
            }
        }

        private func sessions(_ home: EmptyHome) async throws -> [Listing.Session] {
            let written = try await run(["sessions", "--json"], home: home)
            return try JSONDecoder().decode(Listing.self, from: Data(written.outputBytes)).sessions
        }

        private func told(_ id: String, _ home: EmptyHome) async throws -> Report {
            let written = try await run(["report", id, "--format", "json"], home: home)
            return try JSONDecoder().decode(Report.self, from: Data(written.outputBytes))
        }

        @Test("one that runs is listed as such, then as ended; one that was killed says what was open", arguments: [
            (SIGTERM, "ended"), (SIGKILL, "killed"),
        ])
        func life(signal: Int32, state: String) async throws {
            let home = try EmptyHome()
            let id = try await withHeadless(
                ["--headless", "--speed", "8"], environment: ["XDG_STATE_HOME": home.path]
            ) { run in
                try await run.until("decisions") { $0.outputLines.count >= 12 }
                // The first second has been written once there are decisions of the next.
                var found: [Listing.Session] = []
                while (found.first?.cycles ?? 0) == 0 { found = try await sessions(home) }
                #expect(found.map(\.state) == ["running"])
                let id = try #require(found.first?.id)
                #expect(try await told(id, home).still_open?.resources.isEmpty == false)
                run.process.signal(signal)
                _ = await run.ended()
                return id
            }
            let found = try #require(try await sessions(home).first)
            #expect(found.id == id && found.state == state && (found.cycles ?? 0) > 0)
            #expect(found.reason == (signal == SIGTERM ? "signal" : nil))
            let report = try await told(id, home)
            #expect(report.format_version == 2 && report.recording.state == state)
            #expect(report.recording.last_written_seconds > 0)
            let markdown = try await run(["report", "--last"], home: home).output
            let table = try await run(["sessions"], home: home).output
            if signal == SIGKILL {
                #expect(report.outcome.reason == "killed")
                #expect(report.still_open?.resources.contains { $0.name == "Video interpreter" } == true)
                #expect(markdown.contains("## Still open when it was killed"))
                for words in ["killed", "`singularis report \(id)`", "`reset`"] { #expect(table.contains(words)) }
            } else {
                #expect(report.outcome.reason == "signal" && report.still_open == nil)
                #expect(!markdown.contains("Still open") && markdown.contains("| Ended | stopped by SIGTERM |"))
                #expect(table.contains("SIGTERM") && !table.contains("`reset`"))
            }
            // A headless run that is killed leaves no child behind; its terminal it never touched.
            #expect(markdown.contains("## Timeline"))
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
