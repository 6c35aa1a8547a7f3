import Glibc
import Testing

extension EndToEnd {
    @Suite("Replays")
    struct ReplayTests {
        private func path() -> String { TemporaryPath.file("replay-\(UInt32.random(in: 0 ... .max)).jsonl") }

        private func remove(_ path: String) {
            unlink(path)
            unlink(path + ".index")
        }

        private func withReplay(
            _ arguments: [String], _ body: (PseudoTerminal) async throws -> Void
        ) async throws {
            try await withTerminal(try Executable.path(), ["replay"] + arguments, body)
        }

        /// Checks that it has left with 0, and the terminal as it was.
        private func expectEnd(_ terminal: PseudoTerminal) async throws {
            #expect(await terminal.ended() == .code(0))
            try terminal.expectUntouchedMachine()
        }

        @Test("a session is seen again: at any place, step by step, and at its end")
        func again() async throws {
            let path = path()
            defer { remove(path) }
            try await withHeadless(["--duration", "3s", "--speed", "4", "--headless", "--journal", path]) { run in
                #expect(await run.ended().status == .code(0))
            }
            try await withReplay([path]) { terminal in
                try await terminal.until("the replay") { $0.rows[0].contains("REPLAY 1x") }
                try terminal.send(" ")
                try await terminal.until("a pause") { $0.rows[0].contains("REPLAY paused") }
                // First back: until the pause it has played on, on a busy machine perhaps to the end.
                try terminal.send("0")
                try await terminal.until("the beginning") { $0.clock == 0 }
                try terminal.send("9")
                let late = try await terminal.until("nine tenths") { ($0.clock ?? 0) >= 2 && ($0.cycles ?? 0) > 0 }
                try terminal.send("0")
                try await terminal.until("the beginning") { $0.clock == 0 && ($0.cycles ?? 0) < late.cycles ?? 0 }
                try terminal.send(String(repeating: ".", count: 200))
                try await terminal.until("steps") { ($0.clock ?? 0) >= 1 && $0.rows[0].contains("REPLAY paused") }
                try terminal.send("t")
                try await terminal.until("the refusal") { $0.contains("this is a replay") }
                try terminal.send("$")
                try await terminal.until("the statistics") { screen in
                    screen.showsFinalStatistics && screen.contains("duration reached")
                }
                try terminal.send("[")
                try await terminal.until("the panels") { $0.rows[0].contains("REPLAY paused") }
                try terminal.send("q")
                try await expectEnd(terminal)
                #expect(!terminal.transcript.description.contains("Final Statistics"))
            }
        }

        @Test("a session that runs is followed to its end", arguments: [SIGTERM, SIGKILL])
        func follow(signal: Int32) async throws {
            let path = path()
            defer { remove(path) }
            try await withHeadless(["--headless", "--speed", "4", "--journal", path]) { run in
                try await run.until("decisions") { $0.outputLines.count >= 3 }
                try await withReplay(["--follow", path]) { terminal in
                    let first = try await terminal.first("it") { screen in
                        screen.rows[0].contains("FOLLOWING") ? screen.cycles : nil
                    }
                    try await terminal.until("more of it") { ($0.cycles ?? 0) > first + 3 }
                    run.process.signal(signal)
                    if signal == SIGKILL {
                        try await terminal.until("what became of it") { $0.rows[0].contains("KILLED") }
                    } else {
                        try await terminal.until("the end") { $0.showsFinalStatistics && $0.contains("SIGTERM") }
                    }
                    #expect(terminal.process.status == nil)
                    try terminal.send("q")
                    try await expectEnd(terminal)
                }
                _ = await run.ended()
            }
        }

        @Test("signals end it as q does", arguments: [SIGINT, SIGTERM, SIGHUP])
        func signals(signal: Int32) async throws {
            let path = path()
            defer { remove(path) }
            try await withHeadless(["--duration", "1s", "--headless", "--journal", path]) { _ = await $0.ended() }
            try await withReplay([path]) { terminal in
                try await terminal.until("the replay") { $0.rows[0].contains("REPLAY") }
                terminal.process.signal(signal)
                try await expectEnd(terminal)
            }
        }

        @Test("what is no journal, or not there, is said in one line")
        func errors() async throws {
            for (arguments, sentence) in [
                (["/etc/hostname"], "is no journal of a session"), (["/tmp/nowhere/x"], "No such file"),
                (["19990101"], "no session"), (["--last", "x"], "name two sessions"),
            ] {
                try await withHeadless(["replay"] + arguments) { run in
                    let (status, written) = await run.ended()
                    #expect(status == .code(arguments.count == 1 ? 1 : 2))
                    #expect(written.error.contains(sentence), "\(written.error)")
                }
            }
        }
    }
}
