import Glibc
import Testing

extension EndToEnd {
    @Suite("Ways out")
    struct WaysOutTests {
        enum WayOut: String, CaseIterable, Sendable, CustomTestStringConvertible {
            case controlC, interrupt, terminate, hangUpSignal, duration, durationWithoutWaiting, error

            var arguments: [String] {
                switch self {
                case .duration: ["--duration", "1s"]
                case .durationWithoutWaiting: ["--duration", "1s", "--no-wait"]
                case .error: ["--fail-after", "4"]
                default: []
                }
            }
            var signal: Int32? {
                switch self {
                case .interrupt: SIGINT
                case .terminate: SIGTERM
                case .hangUpSignal: SIGHUP
                default: nil
                }
            }
            /// Whether it ends by itself, perhaps before anybody has looked at the screen.
            var endsByItself: Bool { self == .duration || self == .durationWithoutWaiting || self == .error }
            /// Whether somebody may be there to read the statistics.
            var waitsForKey: Bool { self == .controlC || self == .duration }
            var testDescription: String { rawValue }
        }

        @Test("every way out closes everything, restores the terminal and leaves the transcript",
            arguments: Mode.allCases, WayOut.allCases)
        func wayOut(mode: Mode, way: WayOut) async throws {
            try await withDashboard(mode.arguments + way.arguments) { terminal in
                if !way.endsByItself { try await terminal.playing(actions: 1) }
                let ports = ProcessFacts.listeningPorts(terminal.process.pid)
                if way == .controlC { try terminal.send("\u{3}") }
                if let signal = way.signal { terminal.process.signal(signal) }
                if way.waitsForKey {
                    try await terminal.finalStatistics()
                    try terminal.send(" ")
                }
                try await terminal.expectCleanEnd(way == .error ? .code(1) : .code(0), ports: ports)
                if way == .error {
                    let words = terminal.transcript.description
                    #expect(words.contains("Ended by an error: failed on purpose"), "the transcript names the error")
                }
            }
        }

        @Test("a terminal that is closed ends the program by itself", arguments: Mode.allCases)
        func closedTerminal(mode: Mode) async throws {
            try await withDashboard(mode.arguments) { terminal in
                try await terminal.playing(actions: 1)
                let ports = ProcessFacts.listeningPorts(terminal.process.pid)
                terminal.hangUp()
                #expect(await terminal.process.ended() == .code(0))
                #expect(ProcessFacts.session(terminal.process.pid).isEmpty)
                for port in ports { #expect(!ProcessFacts.isInUse(port: port)) }
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
