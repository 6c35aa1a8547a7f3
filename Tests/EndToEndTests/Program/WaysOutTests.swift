import Glibc
import Testing

extension EndToEnd {
    @Suite("Ways out")
    struct WaysOutTests {
        /// Those of an end that nobody calls bad; the others are in ``BadEndTests``.
        enum WayOut: String, CaseIterable, Sendable, CustomTestStringConvertible {
            case duration, durationWithoutWaiting, deadLoop

            var arguments: [String] {
                switch self {
                case .duration: ["--duration", "1s"]
                case .durationWithoutWaiting: ["--duration", "1s", "--no-wait"]
                case .deadLoop: ["--fail-after", "4"]
                }
            }
            var testDescription: String { rawValue }
        }

        @Test("every way out closes everything, restores the terminal and leaves the transcript",
            arguments: Mode.allCases, WayOut.allCases)
        func wayOut(mode: Mode, way: WayOut) async throws {
            try await withDashboard(mode.arguments + way.arguments) { terminal in
                let ports = try await terminal.listening()
                if way == .deadLoop {
                    try await terminal.until("the banner") {
                        $0.contains("INPUT HELD") && $0.contains("starts it again") && $0.contains("DEAD")
                    }
                    try terminal.send("q")
                }
                // Somebody may be there to read the statistics.
                if way != .durationWithoutWaiting {
                    try await terminal.finalStatistics()
                    try terminal.send(" ")
                }
                try await terminal.expectCleanEnd(way == .deadLoop ? .code(1) : .code(0), ports: ports)
                if way == .deadLoop {
                    let words = terminal.transcript.description
                    #expect(words.contains("failed on") && words.contains("given up"), "the transcript names the loop")
                }
            }
        }

        @Test("a terminal that is closed ends the program even where nobody sends it a signal")
        func closedTerminalUnderNohup() async throws {
            let command = "trap '' HUP; exec '\(try Executable.path())' --speed 4"
            try await withTerminal("/bin/sh", ["-c", command]) { terminal in
                try await terminal.playing(actions: 1)
                terminal.hangUp()
                #expect(await terminal.process.ended() == .code(0))
                #expect(ProcessFacts.session(terminal.process.pid).isEmpty)
            }
        }

        @Test("a terminal that is closed while the statistics wait for a key ends the program")
        func closedStatistics() async throws {
            try await withDashboard { terminal in
                try await terminal.playing(actions: 1)
                try terminal.send("q")
                try await terminal.finalStatistics()
                terminal.hangUp()
                #expect(await terminal.process.ended() == .code(0))
            }
        }

        @Test("a signal while the statistics wait for a key ends the program", arguments: [SIGINT, SIGTERM, SIGHUP])
        func signalAtStatistics(signal: Int32) async throws {
            try await withDashboard { terminal in
                try await terminal.playing(actions: 1)
                try terminal.send("q")
                try await terminal.finalStatistics()
                terminal.process.signal(signal)
                try await terminal.expectCleanEnd()
            }
        }

        @Test("a second q during cleanup, with a peer that never answers, still audits, restores and prints",
            arguments: Mode.allCases)
        func impatience(mode: Mode) async throws {
            let server = try SilentServer()
            try await withDashboard(mode.arguments + ["--endpoint", server.url]) { terminal in
                try await server.accepts(1)
                try await terminal.until("a request without an answer") { screen in
                    screen.contains("waiting") && (screen.actions ?? 0) > 0
                }
                // Both come in one piece: the second is read before anything can be closed, and is no key that leaves
                // the statistics.
                try terminal.send("qq")
                try await terminal.until("the statistics") { $0.showsFinalStatistics }
                #expect(terminal.process.status == nil, "the statistics wait for a key")
                try terminal.send(" ")
                let status = await terminal.ended()
                try terminal.expectUntouchedMachine()
                let transcript = terminal.transcript
                #expect(transcript.faultsInHaste.isEmpty, "\(transcript)")
                #expect(transcript.audit != nil, "\(transcript)")
                // Deadlines of zero may leave something unclosed; then a line says so, and the status with it.
                #expect(status == .code(transcript.warnings.isEmpty ? 0 : 3), "\(transcript)")
            }
            await server.close()
        }

        @Test("a signal with a peer that never answers ends in time")
        func silentPeer() async throws {
            let server = try SilentServer()
            let secret = "secret-\(server.port)-key"
            let arguments = ["--endpoint", server.url, "--api", "gemini"]
            try await withDashboard(arguments, environment: ["GEMINI_API_KEY": secret]) { terminal in
                try await server.accepts(1)
                try await terminal.until("a request without an answer") { $0.contains("waiting") }
                #expect(!terminal.screen.contains(secret))
                terminal.process.signal(SIGTERM)
                try await terminal.expectCleanEnd()
                #expect(!terminal.screen.transcript.joined().contains(secret))
            }
            await server.close()
        }

        @Test("a loop that hangs is told and replaced, and its end not waited for beyond the deadline",
            arguments: ["hang", "spin"])
        func stuckLoop(how: String) async throws {
            try await withDashboard(["--fail-after", "2", "--fail-how", how]) { terminal in
                try await terminal.until("the failure") {
                    how == "spin" ? $0.contains("INPUT HELD") : $0.contains("no sign of life")
                }
                // One that lets nothing else run leaves much unclosed: nobody needs to wait for each of its deadlines.
                try terminal.send("q")
                if how == "spin" { try terminal.send("q") }
                try await terminal.until("the statistics") { $0.showsFinalStatistics }
                try terminal.send(" ")
                let status = await terminal.ended()
                // A loop that was replaced is none that did not work, but what it hangs in was left behind.
                #expect(status == .code(how == "spin" ? 1 : 3))
                try terminal.expectUntouchedMachine()
                #expect(terminal.transcript.faultsInHaste.isEmpty, "\(terminal.transcript)")
                #expect(terminal.transcript.warnings.contains { $0.contains("Frame stream") })
            }
        }

        @Test("a q typed before the first frame counts")
        func typedAhead() async throws {
            try await withDashboard { terminal in
                try terminal.send("q")
                try await terminal.finalStatistics()
                try terminal.send("q")
                try await terminal.expectCleanEnd()
            }
        }
    }
}
