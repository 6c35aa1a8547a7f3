import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    /// Terminals as people have them: types that the machine does not know, locales that nobody generated, what they
    /// say of themselves, and what happens to them while the program stands still.
    @Suite("Kinds of terminals")
    struct TerminalKindTests {
        private func leave(_ terminal: PseudoTerminal) async throws {
            try terminal.send("q")
            try await terminal.until("the statistics") { $0.contains("final statistics") }
            try terminal.send("q")
            try await terminal.expectCleanEnd()
        }

        @Test("a type that this machine does not know is drawn as one that it knows, and that is said once",
            arguments: [("xterm-nobodys", "xterm-256color"), ("screen-nobodys", "screen-256color")])
        func unknownType(name: String, known: String) async throws {
            try await withDashboard(environment: ["TERM": name]) { terminal in
                try await terminal.until("the notice") { screen in
                    screen.text.contains("'\(name)' is unknown") && screen.text.contains("RUNNING")
                }
                #expect(terminal.screen.text.contains(known))
                try await terminal.playing(actions: 1)
                try await leave(terminal)
            }
        }

        @Test("a locale that says UTF-8 means it, also where nobody has generated it",
            arguments: [
                (["LANG": "en_US.UTF-8"], true), (["LC_ALL": "xx_YY.utf8@zz", "LANG": "C"], true),
                (["LANG": nil], true), (["LANG": ""], true), (["LANG": "C"], false),
                (["LC_ALL": "POSIX", "LANG": "en_US.UTF-8"], false),
                (["LANG": "xx_YY.ISO-8859-1"], false),
            ] as [([String: String?], Bool)])
        func locale(environment: [String: String?], isUnicode: Bool) async throws {
            try await withDashboard(environment: environment) { terminal in
                let screen = try await terminal.until("the panels") { screen in
                    screen.contains("RUNNING") && screen.contains("decisions")
                }
                #expect(screen.text.contains("╭") == isUnicode)
                #expect(screen.text.utf8.allSatisfy { $0 < 0x7F } != isUnicode)
            }
        }

        @Test("synchronized output is asked for, and used only where the terminal knows it",
            arguments: [SynchronizedOutput.known, .unknown])
        func synchronizedOutput(terminal kind: SynchronizedOutput) async throws {
            try await withDashboard(synchronizedOutput: kind) { terminal in
                try await terminal.playing(actions: 3)
                #expect((terminal.screen.announcedFrames > 0) == (kind == .known))
                try await leave(terminal)
            }
        }

        @Test("the answer of a terminal does not arrive at the shell after a short run")
        func shortRun() async throws {
            let program = "'\(try Executable.path())' --duration 0.01s --no-wait > /dev/tty"
            let rest = "stty -icanon -echo min 0 time 2; echo rest=$(dd bs=99 count=1 2>/dev/null | od -c)."
            let script = "\(program); \(rest)"
            try await withTerminal("/bin/sh", ["-c", script], synchronizedOutput: .knownLate) { terminal in
                #expect(await terminal.ended() == .code(0))
                #expect(terminal.transcript.description.contains("rest=0000000."), "\(terminal.transcript)")
            }
        }

        @Test("under setsid the message says whose terminal it is")
        func foreignSession() async throws {
            let program = "setsid --wait '\(try Executable.path())'; echo status $?"
            try await withTerminal("/bin/sh", ["-c", program]) { terminal in
                #expect(await terminal.ended() == .code(0))
                let lines = terminal.screen.transcript
                #expect(lines.contains { $0.contains("this terminal belongs to another session") }, "\(lines)")
                #expect(lines.contains("status 1"))
            }
        }

        @Test("a type that takes colours as red, green and blue gets them so, and not the numbers of a palette",
            arguments: ["auto", "256"])
        func directColour(color: String) async throws {
            let folder = TemporaryPath.file("terminfo")
            // Red, green and blue, out of a colour's number.
            let parts = #"%p1%{65536}%/%d\:%p1%{256}%/%{255}%&%d\:%p1%{255}%&%d"#
            let script = """
                mkdir -p \(folder); printf '%s\\n' 'direct-by-test|colours as numbers,' \
                '\tRGB, CO#8, colors#0x1000000, pairs#0x7FFF, op=\\E[39;49m,' \
                '\tsetab=\\E[%?%p1%{8}%<%t4%p1%d%e48\\:2\\:\\:\(parts)%;m,' \
                '\tsetaf=\\E[%?%p1%{8}%<%t3%p1%d%e38\\:2\\:\\:\(parts)%;m,' \
                '\tuse=xterm-256color,' > \(folder)/source; tic -x -o \(folder) \(folder)/source
                export TERM=direct-by-test TERMINFO_DIRS=\(folder):
                '\(try Executable.path())' --no-wait --speed 4 --color \(color)
                status=$?; rm -r \(folder); exit $status
                """
            try await withTerminal("/bin/sh", ["-c", script]) { terminal in
                try await terminal.playing(actions: 1)
                let colours = terminal.screen.directColours
                // Those of the theme and of the picture: many, and far from all of them blue.
                #expect(colours.count > 10)
                #expect(colours.contains { $0.red > 100 && $0.green > 100 })
                try terminal.send("q")
                #expect(await terminal.ended() == .code(0))
            }
        }

        @Test("with COLORTERM the picture comes in 24 bits, whatever happens to the window",
            arguments: [["COLORTERM": "truecolor"], ["COLORTERM": "24bit", "TERM": "screen-256color"]])
        func colorTerm(environment: [String: String]) async throws {
            try await withDashboard(environment: environment.mapValues { $0 }) { terminal in
                let start = try await terminal.playing(actions: 1)
                #expect(start.directColours.count > 50 && start.fullClears == 1)
                // Another size and Ctrl-L clear once each; another theme, and what plays, never.
                try terminal.resize(to: TerminalSize(90, 26))
                try await terminal.until("the new size") { $0.fullClears == 2 && $0.showsWholeDashboard }
                try terminal.send("\u{C}")
                try await terminal.until("a new start") { $0.fullClears == 3 && $0.showsWholeDashboard }
                for theme in ["light", "mono", "contrast"] {
                    try terminal.send("T")
                    try await terminal.until("the theme") { $0.contains("theme \(theme)") && $0.showsWholeDashboard }
                }
                let actions = terminal.screen.actions ?? 0
                let end = try await terminal.until("more actions") { ($0.actions ?? 0) > actions }
                #expect(end.fullClears == 3)
                try await leave(terminal)
            }
        }

        @Test("a terminal that keeps a colour of 24 bits when it is asked gets them, whatever its type says of it",
            arguments: ["xterm-256color", "xterm"], [TerminalProgram.kitty, .plain])
        func askedColours(type: String, program: TerminalProgram) async throws {
            let environment = ["TERM": type]
            try await withDashboard(["--picture", "blocks"], environment: environment, program: program) { terminal in
                if program.tellsColours {
                    try await terminal.until("the picture in 24 bits") { $0.directColours.count > 50 }
                }
                let screen = try await terminal.playing(actions: 1)
                // The question brings one by itself. Nothing is cleared for it, nor is anything left behind.
                #expect((screen.directColours.count > 1) == program.tellsColours)
                #expect(screen.showsWholeDashboard && screen.fullClears == 1 && screen.faults.isEmpty)
                // What is drawn anew is what is there, and not what was there before.
                try terminal.send("?")
                try await terminal.until("the keys") { $0.contains("Pause the agent") }
                try terminal.send("?\u{C}")
                try await terminal.until("a new start") { screen in
                    screen.fullClears == 2 && screen.showsWholeDashboard && !screen.contains("Pause the agent")
                }
                try await leave(terminal)
            }
        }

        @Test("colours that were asked for by name, and NO_COLOR, go before COLORTERM")
        func asked() async throws {
            for (arguments, changes) in [(["--color", "256"], [:]), ([], ["NO_COLOR": "1"])] {
                let environment = ["COLORTERM": "truecolor"].merging(changes) { $1 }
                try await withDashboard(arguments, environment: environment.mapValues { $0 }) { terminal in
                    #expect(try await terminal.playing(actions: 1).directColours.isEmpty)
                    try await leave(terminal)
                }
            }
        }

        @Test("the Linux console gets plain characters, and its cursor back after a crash")
        func linuxConsole() async throws {
            try await withDashboard(environment: ["TERM": "linux", "SWIFT_BACKTRACE": nil]) { terminal in
                let screen = try await terminal.until("the running screen") { screen in
                    screen.contains("RUNNING") && (screen.actions ?? 0) > 0
                }
                #expect(screen.text.contains("┌") && !screen.text.contains("╭"))
                #expect(!screen.text.unicodeScalars.contains { (0x2800...0x28FF).contains($0.value) })
                terminal.process.signal(SIGSEGV)
                #expect(await terminal.ended() == .signal(SIGSEGV))
                // Its own way of hiding the cursor is to make it a shape of nothing.
                let end = String(decoding: terminal.screen.bytesOnNormalScreen.suffix(80), as: UTF8.self)
                #expect(end.contains("\u{1B}[?25h\u{1B}[?0c"), "\(end)")
                try #expect(terminal.settings() == terminal.settingsBefore)
            }
        }

        @Test("after SIGSTOP, a reset by another program and fg, the alternate screen is entered anew",
            arguments: ["256", "truecolor"])
        func stoppedAndReset(color: String) async throws {
            let program = "'\(try Executable.path())' --speed 4 --color \(color)"
            let script = "set -m; \(program); printf '\\033cstopped\\n'; read line; fg > /dev/null; echo status $?"
            try await withTerminal("/bin/sh", ["-c", script]) { terminal in
                let actions = try await terminal.playing(actions: 1).actions ?? 0
                for child in ProcessFacts.children(terminal.process.pid) { kill(child, SIGSTOP) }
                try await terminal.until("the shell") { !$0.isAlternate && $0.contains("stopped") }
                try terminal.send("\n")
                let back = try await terminal.until("the dashboard") { ($0.actions ?? 0) > actions && $0.isAlternate }
                #expect(back.showsWholeDashboard && back.modes.contains(2004) && !back.cursorVisible)
                try terminal.send("q")
                try await terminal.until("the final statistics") { $0.showsFinalStatistics }
                try terminal.send("q")
                #expect(await terminal.ended() == .code(0))
                #expect(terminal.screen.leftovers.isEmpty)
            }
        }
    }
}
