import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    /// What a person is told who does not look at the screen, and what is put where they type or paste. That the title
    /// is put back is checked with everything else at every way out.
    @Suite("The window around the screen")
    struct WindowTests {
        @Test("the title tells state and cycles, and the shell's is back after Ctrl-Z and after the end")
        func title() async throws {
            let program = "'\(try Executable.path())' --speed 4"
            let script = "set -m; \(program); echo stopped; read line; fg > /dev/null; echo status $?"
            try await withTerminal("/bin/sh", ["-c", script]) { terminal in
                try await terminal.until("a title with cycles") { screen in
                    screen.title.wholeMatch(of: /running, [1-9]\d* cycles? - singularis/) != nil
                }
                try terminal.send(" ")
                try await terminal.until("the pause") { $0.title.hasPrefix("paused, ") }
                try terminal.send("\u{1A}")
                let stopped = try await terminal.until("the shell") { $0.transcript.contains("stopped") }
                #expect(stopped.leftovers.isEmpty)
                try terminal.send("\n")
                try await terminal.until("the title again") { $0.title.hasPrefix("paused, ") }
                try terminal.send("q")
                try await terminal.until("the end") { $0.showsFinalStatistics && $0.title.hasPrefix("ended, ") }
                try terminal.send("q")
                #expect(await terminal.ended() == .code(0))
                try terminal.expectUntouchedMachine()
                #expect(terminal.screen.bells == 0, "what was done by key is no news")
            }
        }

        @Test("an end that nobody asked for here rings once and says why; --quiet does not", arguments: [false, true])
        func ended(isQuiet: Bool) async throws {
            let arguments = ["--duration", "1s", "--no-wait"] + (isQuiet ? ["--quiet"] : [])
            try await withDashboard(arguments) { terminal in
                _ = await terminal.ended()
                #expect(terminal.screen.bells == (isQuiet ? 0 : 1))
                let told = ["9;singularis: the session has ended: its time is up"]
                #expect(terminal.screen.notifications == (isQuiet ? [] : told))
                try terminal.expectUntouchedMachine()
            }
        }

        @Test("a loop that does not work rings once when it fails and once when it is given up, and says so")
        func held() async throws {
            try await withDashboard(["--fail-after", "2"]) { terminal in
                let held = try await terminal.until("the hold") { $0.title.hasPrefix("HELD, ") }
                let start = held.clock ?? 0
                let later = try await terminal.until("two seconds more") { ($0.clock ?? 0) > start + 2 }
                #expect(later.bells == 2)
                let words = ["failed and is started again: ", "is given up after 3 restarts, and all input is held: "]
                #expect(later.notifications.count == words.count)
                for (told, words) in zip(later.notifications, words) {
                    #expect(told.hasPrefix("9;singularis: ") && told.contains(words), "\(told)")
                    #expect(told.contains("failed on purpose"))
                }
            }
        }

        @Test("a window in front hears the bell and gets no notification; one behind gets both",
            arguments: [true, false])
        func focus(isInFront: Bool) async throws {
            try await withDashboard { terminal in
                try await terminal.playing(actions: 1)
                #expect(terminal.screen.modes.contains(1004))
                try terminal.send(isInFront ? "\u{1B}[O\u{1B}[I" : "\u{1B}[I\u{1B}[O")
                // A key after it: what came before has been read when it shows.
                try terminal.send("?")
                try await terminal.until("the keys") { $0.contains("Pause the agent") }
                terminal.process.signal(SIGTERM)
                try await terminal.expectCleanEnd()
                #expect(terminal.screen.bells == 1)
                #expect(terminal.screen.notifications.count == (isInFront ? 0 : 1))
            }
        }

        @Test("the panic key holds all input and rings nothing")
        func panic() async throws {
            try await withDashboard { terminal in
                try await terminal.playing(actions: 1)
                try terminal.send("!")
                let held = try await terminal.until("the hold") { $0.contains("HELD") && $0.title.hasPrefix("HELD, ") }
                let start = held.clock ?? 0
                let later = try await terminal.until("two seconds more") { ($0.clock ?? 0) > start + 2 }
                #expect(later.bells == 0 && later.notifications.isEmpty)
            }
        }

        @Test("y copies the chosen decision, and all of it when it is open")
        func copy() async throws {
            try await withDashboard { terminal in
                try await terminal.playing()
                try terminal.send("5k")
                try await terminal.until("a chosen line") { $0.contains("newer, f follows") }
                try terminal.send("y")
                let line = try await terminal.first("the line") { $0.copied }
                #expect(line.count(where: { $0 == "\n" }) == 1 && line.hasSuffix("\n"), "\(line)")
                try terminal.send("\ry")
                let whole = try await terminal.first("the decision") { screen in
                    screen.clipboard.count == 2 ? screen.copied : nil
                }
                for part in ["Decision\n", "\naction     ", "\nbecause    ", "\nReading of frame #"] {
                    #expect(whole.contains(part), "\(part)")
                }
                try await terminal.until("the toast") { $0.text.contains("to the clipboard: ") }
            }
        }

        @Test("the cursor stands behind what is typed into the filter, through frames that come, and goes with it")
        func cursor() async throws {
            try await withDashboard { terminal in
                let cycles = try await terminal.playing().cycles ?? 0
                #expect(!terminal.screen.cursorVisible)
                try terminal.send("/look")
                try await terminal.until("frames meanwhile") { screen in
                    screen.cursorVisible && screen.cursor == (35, 6) && screen.rows[35].hasPrefix(" /look ")
                        && (screen.cycles ?? 0) > cycles + 2
                }
                try terminal.send("漢\u{7F}\u{7F}")
                try await terminal.until("the place before") { $0.cursorVisible && $0.cursor == (35, 5) }
                try terminal.send("\r")
                try await terminal.until("no cursor") { !$0.cursorVisible && $0.rows[35].contains("q show all") }
                // What is drawn afterwards stands where it belongs.
                try await terminal.until("a whole frame") { screen in
                    screen.rows[0].contains("RUNNING") && (screen.cycles ?? 0) > cycles + 6
                        && screen.rows[1].hasPrefix("╭─┐¹picture") && screen.rows[34].hasSuffix("╯")
                }
                terminal.process.signal(SIGTERM)
                try await terminal.expectCleanEnd()
            }
        }
    }
}

extension TerminalScreen {
    /// What was put into the clipboard last.
    fileprivate var copied: String? {
        clipboard.last.flatMap { Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) }
    }
}
