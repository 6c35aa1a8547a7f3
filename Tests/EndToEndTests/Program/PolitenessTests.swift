import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    @Suite("Manners at the terminal")
    struct PolitenessTests {
        @Test("Ctrl-Z gives the terminal back, and fg brings the dashboard back")
        func suspend() async throws {
            // A program can only be stopped under somebody who can continue it.
            let program = "'\(try Executable.path())' --speed 4"
            let script = "set -m; \(program); echo stopped; read line; fg > /dev/null; echo status $?"
            try await withTerminal("/bin/sh", ["-c", script]) { terminal in
                let actions = try await terminal.playing(actions: 1).actions ?? 0
                try terminal.send("\u{1A}")
                let stopped = try await terminal.until("the shell") { $0.transcript.contains("stopped") }
                #expect(stopped.leftovers.isEmpty)
                try #expect(terminal.settings().isCooked)
                try terminal.send("\n")
                let back = try await terminal.until("the dashboard") { ($0.actions ?? 0) > actions && $0.isAlternate }
                #expect(back.contains("RUNNING") && back.modes.contains(2004))
                try terminal.send("q")
                try await terminal.until("the final statistics") { $0.showsFinalStatistics }
                try terminal.send("q")
                #expect(await terminal.ended() == .code(0))
                #expect(terminal.screen.transcript.contains("status 0"))
                try terminal.expectUntouchedMachine()
            }
        }

        @Test("a storm of sizes is drawn a few times, not each")
        func storm() async throws {
            try await withDashboard { terminal in
                let clears = try await terminal.playing(actions: 1).fullClears
                for step in 0..<40 { try terminal.resize(to: TerminalSize(80 + step, 24 + step % 13)) }
                try terminal.resize(to: TerminalSize(100, 30))
                let calm = try await terminal.until("the last size") { screen in
                    screen.rows.count == 30 && screen.rows[29].contains("stop") && screen.contains("RUNNING")
                }
                #expect(calm.fullClears - clears < 20)
                terminal.process.signal(SIGTERM)
                try await terminal.expectCleanEnd()
            }
        }

        @Test("a terminal that takes nothing from the start holds nobody up, and the screen catches up")
        func stall() async throws {
            let server = try SilentServer()
            try await withDashboard(["--endpoint", server.url], stalled: true) { terminal in
                // The screen is opened before the first request, so that it has run into the stall by now.
                try await server.accepts(1)
                #expect(!terminal.screen.isAlternate, "nothing has come out")
                try terminal.stall(false)
                try await terminal.until("the agent at play") { $0.isAlternate && ($0.actions ?? 0) > 0 }
                terminal.process.signal(SIGTERM)
                try await terminal.expectCleanEnd()
            }
            await server.close()
        }

        @Test("a terminal that has stalled holds nobody: the session ends in order", arguments: [true, false])
        func endWhileStalled(byKey: Bool) async throws {
            try await withDashboard(["--no-wait", "--report", Self.report]) { terminal in
                try await terminal.playing(actions: 1)
                try terminal.stall(true)
                if byKey { try terminal.send("q") } else { terminal.process.signal(SIGTERM) }
                _ = try await cyclesAtEnd(of: terminal)
            }
        }

        @Test("while the terminal has stalled the agent plays on, until its time is up")
        func playOnWhileStalled() async throws {
            var (seconds, cycles) = (2, 0)
            // On a busy machine the session may end too soon after the stall to tell.
            while cycles < 3, seconds <= 32 {
                let duration = ["--duration", "\(seconds)s"]
                cycles = try await withDashboard(["--no-wait", "--report", Self.report] + duration) { terminal in
                    guard let before = try? await terminal.playing(actions: 1) else { return 0 }
                    try? terminal.stall(true)
                    return try await cyclesAtEnd(of: terminal) - (before.cycles ?? 0)
                }
                seconds *= 2
            }
            #expect(cycles >= 3)
        }

        private static let report = TemporaryPath.file("stalled.json")

        /// Waits for the end behind a stalled terminal and checks all but the screen; returns the report's cycles.
        private func cyclesAtEnd(of terminal: PseudoTerminal) async throws -> Int {
            defer { unlink(Self.report) }
            #expect(await terminal.process.ended() == .code(0))
            try #expect(terminal.settings() == terminal.settingsBefore)
            #expect(ProcessFacts.session(terminal.process.pid).isEmpty)
            let report = String(decoding: FileManager.default.contents(atPath: Self.report) ?? Data(), as: UTF8.self)
            #expect(report.contains("\"is_clean\" : true"), "\(report)")
            let cycles = try #require(report.firstMatch(of: /"cycles" : (\d+)/), "\(report)")
            return try #require(Int(cycles.output.1))
        }

        @Test("a terminal that does not know its size gets the usual one")
        func noSize() async throws {
            let script = "stty rows 0 cols 0; exec '\(try Executable.path())' --speed 4 --no-wait"
            try await withTerminal("/bin/sh", ["-c", script], size: TerminalSize(80, 24)) { terminal in
                try await terminal.until("the panels") { $0.contains("RUNNING") && $0.contains("decisions") }
                try terminal.send("q")
                #expect(await terminal.ended() == .code(0))
            }
        }

        @Test("an error that ended the session stands first in the transcript, in red")
        func red() async throws {
            // Nobody answers there, and no model is named: it cannot start.
            let arguments = ["--endpoint", "http://127.0.0.1:9/v1", "--connect-timeout", "2"]
            for environment in [[:], ["NO_COLOR": "1"]] as [[String: String?]] {
                try await withDashboard(arguments, environment: environment) { terminal in
                    #expect(await terminal.ended() == .code(1))
                    #expect(terminal.transcript.lines.contains { $0.hasPrefix("Ended by an error: ") })
                    let red = Array("\u{1B}[31mEnded by an error".utf8)
                    #expect(terminal.screen.bytesOnNormalScreen.contains(red) == environment.isEmpty)
                    #expect(terminal.screen.leftovers.isEmpty)
                }
            }
        }

        @Test("--report json leaves standard output to the report")
        func reportOnOutput() async throws {
            try await withHeadless(["--headless", "--duration", "1s", "--report", "json"]) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(0))
                #expect(written.output.hasPrefix("{\n") && written.output.hasSuffix("}\n"))
                #expect(written.output.contains("\"exit_code\" : 0"))
                #expect(Transcript(lines: written.errorLines).faults.isEmpty, "\(written.error)")
            }
        }
    }
}

/// Files of tests, apart from those of other runs.
enum TemporaryPath {
    static func file(_ name: String) -> String {
        let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        return "\(folder)/singularis-\(getpid())-\(name)"
    }
}
