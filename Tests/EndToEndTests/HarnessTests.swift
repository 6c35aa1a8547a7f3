import Glibc
import Testing

extension EndToEnd {
    @Suite("The harness itself")
    struct HarnessTests {
        @Test("a program in the terminal is its foreground job and gets keys, signals and sizes")
        func terminal() async throws {
            let script = """
                trap 'echo size $(stty size)' WINCH; trap 'echo got TERM; exit 7' TERM
                test -t 0 && test -t 1 && test -t 2 && echo three ttys </dev/tty; stty size
                while :; do read -r line && echo "line <$line>"; done
                """
            try await withTerminal("/bin/bash", ["-c", script], size: TerminalSize(40, 10)) { terminal in
                try await terminal.until("the start") { $0.contains("three ttys") && $0.contains("10 40") }
                try terminal.send("héllo\n")
                try await terminal.until("the echo of the shell") { $0.contains("line <héllo>") }
                try terminal.resize(to: TerminalSize(33, 12))
                try terminal.send("\n")
                try await terminal.until("the new size") { $0.contains("size 12 33") }
                terminal.process.signal(SIGTERM)
                try terminal.send("\n")
                #expect(await terminal.ended() == .code(7))
                #expect(terminal.screen.transcript.contains("got TERM"))
                try #expect(terminal.settings() == terminal.settingsBefore)
            }
        }

        @Test("Ctrl-C reaches the program through the line, a hang-up ends it")
        func lineSignals() async throws {
            let program = "trap 'echo interrupted' INT; echo ready; while :; do read x; done"
            try await withTerminal("/bin/sh", ["-c", program]) { terminal in
                try await terminal.until("the trap") { $0.contains("ready") }
                try terminal.send("\u{3}")
                try await terminal.until("the trap") { $0.contains("interrupted") }
                terminal.hangUp()
                #expect(await terminal.ended() == .signal(SIGHUP))
            }
        }

        @Test("settings that a program leaves changed are noticed")
        func settings() async throws {
            try await withTerminal("/bin/sh", ["-c", "stty raw -echo; printf '\\033[?1049h\\033[?25l'"]) { terminal in
                #expect(await terminal.ended() == .code(0))
                try #expect(terminal.settings() != terminal.settingsBefore)
                try #expect(!terminal.settings().isCooked)
                #expect(terminal.screen.leftovers == ["mode 1049 on", "cursor hidden"])
            }
        }

        @Test("what does not come fails the wait and says what was on the screen")
        func failures() async throws {
            let program = "(trap '' HUP; echo hello; exec sleep 600) & read x"
            try await withTerminal("/bin/sh", ["-c", program]) { terminal in
                try await terminal.until("the greeting") { $0.contains("hello") }
                let failure = await #expect(throws: NotSeen.self) {
                    try await terminal.until("a miracle", within: .milliseconds(50)) { _ in false }
                }
                #expect(failure?.description.contains("a miracle") == true)
                #expect(failure?.description.contains("hello") == true)
                try terminal.send("\n")
                #expect(await terminal.ended() == .code(0))
                // The sleeper that the shell left behind is seen, and is gone when the scope ends.
                #expect(ProcessFacts.session(terminal.process.pid).count == 1)
            }
        }

        @Test("a program that does not end is killed and counts as overdue")
        func overdue() async throws {
            try await withTerminal("/bin/sleep", ["600"], lifetime: .milliseconds(100)) { terminal in
                #expect(await terminal.ended() == .overdue)
            }
        }

        @Test("a program that outlives its terminal is killed as well")
        func overdueWithoutTerminal() async throws {
            let program = "trap '' HUP; echo ready; while :; do /bin/sleep 1; done"
            try await withTerminal("/bin/sh", ["-c", program], lifetime: .milliseconds(300)) { terminal in
                try await terminal.until("the trap") { $0.contains("ready") }
                terminal.hangUp()
                #expect(await terminal.process.ended() == .overdue)
            }
        }

        @Test("output, errors and status of a program without a terminal are kept apart")
        func headless() async throws {
            try await withHeadlessRun("/bin/sh", ["-c", "tty; echo out; echo err >&2; exit 5"]) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(5))
                #expect(written.outputLines == ["not a tty", "out"])
                #expect(written.errorLines == ["err"])
            }
        }

        @Test("sockets, ports and children of a process are found")
        func facts() async throws {
            let server = try SilentServer()
            let program = """
                exec 3<>/dev/tcp/127.0.0.1/\(server.port); sleep 600 & echo connected; read x
                kill $!; exec 3>&-; echo closed; read x
                """
            try await withTerminal("/bin/bash", ["-c", program]) { terminal in
                try await server.accepts(1)
                try await terminal.until("the connection") { $0.contains("connected") }
                let pid = terminal.process.pid
                #expect(ProcessFacts.socketCount(pid) == 1)
                #expect(ProcessFacts.tcpSockets(pid).map(\.remotePort) == [server.port])
                #expect(ProcessFacts.listeningPorts(pid).isEmpty)
                #expect(ProcessFacts.listeningPorts(getpid()).contains(server.port))
                #expect(ProcessFacts.children(pid).count == 1)
                try terminal.send("\n")
                try await terminal.until("the close") { $0.contains("closed") }
                #expect(ProcessFacts.socketCount(pid) == 0)
            }
            await server.close()
            #expect(!ProcessFacts.isInUse(port: server.port))
        }
    }
}
