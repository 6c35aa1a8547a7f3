import Glibc
import Testing

extension EndToEnd {
    @Suite("Without a terminal")
    struct HeadlessTests {
        /// Lines such as `0:00:01.2 #3 move_forward by heuristic, ...`.
        private func decisions(_ output: HeadlessRun.Output) -> [String] {
            output.outputLines.filter { $0.firstMatch(of: #/^\d+:\d\d:\d\d\.\d \#\d+ /#) != nil }
        }

        @Test("one line a decision, the transcript at the end", arguments: Mode.allCases)
        func lines(mode: Mode) async throws {
            let arguments = mode.arguments + ["--headless", "--duration", "1s", "--speed", "32"]
            try await withHeadless(arguments) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(0))
                let transcript = Transcript(lines: written.outputLines)
                #expect(transcript.faults.isEmpty, "\(written.output)")
                #expect(decisions(written).count >= 3, "\(written.output)")
                #expect(decisions(written).count == transcript.figure("Cycles"))
                #expect(!written.outputBytes.contains(0x1B), "no escape sequences")
                // Standard output is decisions and the transcript, nothing else; notes go to standard error.
                let beforeTranscript = written.outputLines.prefix { $0 != "AUTONOMOUS GAMEPLAY COMPLETE" }
                #expect(beforeTranscript.count == decisions(written).count, "\(written.output)")
                #expect(!written.error.lowercased().contains("terminal"))
                #expect(ProcessFacts.session(run.process.pid).isEmpty)
            }
        }

        @Test("an output that is no terminal selects it and says so")
        func selected() async throws {
            try await withHeadless(["--duration", "1s", "--speed", "4"]) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(0))
                #expect(written.errorLines.first?.lowercased().contains("terminal") == true, "\(written.error)")
                #expect(Transcript(lines: written.outputLines).faults.isEmpty)
            }
        }

        @Test("it can run in a terminal and leaves it alone")
        func inTerminal() async throws {
            try await withDashboard(["--headless", "--duration", "1s"]) { terminal in
                try await terminal.expectCleanEnd()
                #expect(!terminal.screen.bytesOnNormalScreen.contains(0x1B))
            }
        }

        @Test("an error in a loop is told and ends nothing; one that stays ends with 1 when the session does",
            arguments: Mode.allCases)
        func error(mode: Mode) async throws {
            try await withHeadless(mode.arguments + ["--headless", "--fail-after", "3", "--speed", "4"]) { run in
                try await run.until("the restarts") { $0.error.contains("loop is given up, and input is held") }
                #expect(run.process.status == nil)
                run.process.signal(SIGTERM)
                let (status, written) = await run.ended()
                #expect(status == .code(1))
                for restart in 1...3 { #expect(written.error.contains("restart \(restart) in "), "\(written.error)") }
                #expect(Transcript(lines: written.outputLines).faults.isEmpty, "\(written.output)")
                #expect(written.output.contains("Ended: stopped by SIGTERM"), "\(written.output)")
                #expect(written.output.contains("input was held: failed on"), "\(written.output)")
            }
        }

        @Test("a full disk behind standard output ends it with 1, and standard error says why")
        func fullDisk() async throws {
            let script = "exec '\(try Executable.path())' --headless --duration 60s --endpoint none >/dev/full"
            try await withHeadlessRun("/bin/sh", ["-c", script]) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(1))
                #expect(written.error.contains("standard output cannot be written: No space left"), "\(written.error)")
            }
        }

        @Test("where journald reads, lines have no time of their own but say how grave they are")
        func journald() async throws {
            // The pipe of this test stands for the socket of journald: the program knows it by its device and inode.
            let script = """
                exec 2>&1
                JOURNAL_STREAM=$(stat -L -c %d:%i /proc/$$/fd/2) exec '\(try Executable.path())' \
                    --headless --duration 3s --rpm 1
                """
            try await withHeadlessRun("/bin/sh", ["-c", script]) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(0))
                #expect(written.output.contains(#/(?m)^#\d+ \w+ by /#), "\(written.output)")
                #expect(written.output.contains(#/(?m)^<4>no model requests: /#), "\(written.output)")
                #expect(!written.output.contains(#/(?m)^\d+:\d\d:\d\d/#), "\(written.output)")
            }
        }

        @Test("whoever only inherits journald's variable writes times as ever")
        func inheritedJournalStream() async throws {
            let script = "JOURNAL_STREAM=8:1 exec '\(try Executable.path())' --headless --duration 1s --speed 8"
            try await withHeadlessRun("/bin/sh", ["-c", script]) { run in
                let (_, written) = await run.ended()
                #expect(decisions(written).count > 0, "\(written.output)")
            }
        }

        @Test("without a standard output it plays on: its lines go nowhere, and into no other descriptor")
        func closedOutput() async throws {
            let script = "exec '\(try Executable.path())' --headless --fail-after 5 --speed max --endpoint none >&-"
            try await withHeadlessRun("/bin/sh", ["-c", script]) { run in
                // The error on purpose is reached, so that nothing has ended the session before.
                try await run.until("five decisions") { $0.error.contains("failed on purpose after 5 decisions") }
                run.process.signal(SIGTERM)
                let (status, written) = await run.ended()
                #expect(status == .code(0))
                #expect(!written.error.contains("cannot be written"), "\(written.error)")
            }
        }

        @Test("lock-step decides more often than a game at the pace of life")
        func lockStep() async throws {
            func cycles(_ speed: String) async throws -> Int {
                let arguments = ["--headless", "--speed", speed, "--mode", "sequential", "--duration", "1s"]
                return try await withHeadless(arguments) { run in
                    let (status, written) = await run.ended()
                    #expect(status == .code(0))
                    let transcript = Transcript(lines: written.outputLines)
                    #expect(transcript.faults.isEmpty, "\(written.output)")
                    return try #require(transcript.figure("Cycles"))
                }
            }
            let slow = try await cycles("1")
            let fast = try await cycles("max")
            #expect(fast > slow)
        }
    }
}
