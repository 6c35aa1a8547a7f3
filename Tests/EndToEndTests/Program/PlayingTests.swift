import Glibc
import Testing

extension EndToEnd {
    @Suite("While it plays")
    struct PlayingTests {
        @Test("the screen shows cycles, actions and lanes changing; q leads over cleanup and statistics to a clean end",
            arguments: Mode.allCases)
        func wholeRun(mode: Mode) async throws {
            try await withDashboard(mode.arguments) { terminal in
                let before = try await terminal.playing()
                let (cycles, actions, opened) = (before.cycles ?? 0, before.actions ?? 0, before.opened ?? 0)
                try await terminal.until("more cycles") { ($0.cycles ?? 0) > cycles }
                try await terminal.until("more actions") { ($0.actions ?? 0) > actions }
                try await terminal.until("more connections") { ($0.opened ?? 0) > opened && ($0.closed ?? 0) > 0 }
                let busy = try await terminal.until("a busy lane") { $0.busyLanes > 0 }
                try await terminal.until("one that was given back") { ($0.closed ?? 0) > (busy.closed ?? 0) }
                #expect(terminal.screen.contains(mode.rawValue))
                let ports = ProcessFacts.listeningPorts(terminal.process.pid)
                #expect(!ports.isEmpty, "the embedded model listens")

                try terminal.send("q")
                try await terminal.until("cleanup") { $0.contains("STOPPING") || $0.contains("closed in") }
                try await terminal.finalStatistics()
                try terminal.send("q")
                try await terminal.expectCleanEnd(ports: ports)
                let transcript = terminal.transcript
                #expect((transcript.figure("Cycles") ?? 0) > cycles)
                #expect((transcript.figure("Actions") ?? 0) > actions)
            }
        }

        @Test("the picture of the game and the model's words appear")
        func pictureAndWords() async throws {
            try await withDashboard { terminal in
                try await terminal.until("half blocks") { screen in
                    screen.rows.contains { row in row.count(where: { "▀▄█".contains($0) }) > 20 }
                }
                try await terminal.until("a sentence that streams") { screen in
                    screen.contains("streaming")
                        && screen.rows.contains { $0.firstMatch(of: /[a-z]+ [a-z]+ [a-z]+ [a-z]+/) != nil }
                }
                #expect(terminal.screen.colourChanges > 0)
                #expect(terminal.screen.fullClears <= 2, "the screen flickers")
            }
        }

        @Test("the limit is true: the kernel never sees more connections than lanes")
        func limit() async throws {
            try await withDashboard(["--limit", "1"]) { terminal in
                let pid = terminal.process.pid
                // Looked at with every frame: what is over the limit may not be there for long.
                let (screen, connections) = try await terminal.first("one after another, while others wait") { screen in
                    let sockets = ProcessFacts.tcpSockets(pid)
                    let servers = Set(sockets.filter(\.isListening).map(\.localPort))
                    let count = sockets.count { !$0.isListening && servers.contains($0.remotePort) }
                    let isEnough = (screen.opened ?? 0) >= 3 && screen.contains("queued")
                    return count > 1 || isEnough ? (screen, count) : nil
                }
                #expect(connections <= 1)
                #expect(screen.contains("connections 1/1"), "the limit is the one that was asked for")
            }
        }

        @Test("a dry run decides and presses nothing")
        func dryRun() async throws {
            try await withDashboard(["--dry-run"]) { terminal in
                try await terminal.until("dry actions") { ($0.dryActions ?? 0) >= 3 && $0.contains("DRY") }
                #expect(terminal.screen.actions == 0)
                terminal.process.signal(SIGTERM)
                try await terminal.expectCleanEnd()
                #expect(terminal.transcript.figure("Actions") == 0)
            }
        }

        @Test("an endpoint that cannot be reached does not stop the game, and the screen says what fails",
            arguments: Mode.allCases)
        func unreachable(mode: Mode) async throws {
            try await withDashboard(mode.arguments + ["--endpoint", "http://127.0.0.1:1"]) { terminal in
                let screen = try await terminal.until("the trouble") { screen in
                    screen.rows.contains { $0.contains("model fails") && $0.contains("connecting") }
                }
                let cycles = screen.cycles ?? 0
                try await terminal.until("the game going on") { ($0.cycles ?? 0) > cycles + 2 && ($0.actions ?? 0) > 0 }
                terminal.process.signal(SIGTERM)
                try await terminal.expectCleanEnd()
            }
        }
    }
}
