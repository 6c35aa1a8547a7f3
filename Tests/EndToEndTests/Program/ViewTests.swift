import Testing

extension EndToEnd {
    @Suite("Keys and sizes")
    struct ViewTests {
        @Test("80 columns by 24 rows show everything")
        func smallScreen() async throws {
            try await withDashboard(size: TerminalSize(80, 24)) { terminal in
                let screen = try await terminal.playing()
                #expect(screen.contains("RUNNING"))
                for panel in ["connections", "loops", "interpreter", "decisions", "cleanup", "picture"] {
                    #expect(screen.contains(panel), "\(panel)")
                }
                try terminal.send("q")
                try await terminal.finalStatistics()
                try terminal.send("q")
                try await terminal.expectCleanEnd()
            }
        }

        @Test("the window can have any size at any time")
        func sizes() async throws {
            try await withDashboard { terminal in
                let actions = try await terminal.playing().actions ?? 0
                try terminal.resize(to: TerminalSize(30, 5))
                let small = try await terminal.until("the message") { $0.contains("30x5") }
                #expect(small.rows.count { !$0.isEmpty } == 1)
                try terminal.resize(to: TerminalSize(80, 24))
                try await terminal.until("the panels") { $0.contains("RUNNING") && ($0.actions ?? 0) > actions }
                for size in [(1, 1), (200, 60), (39, 10), (40, 9), (3, 100), (300, 3), (120, 36)] {
                    try terminal.resize(to: TerminalSize(size.0, size.1))
                }
                let back = try await terminal.until("the panels again") { screen in
                    screen.contains("RUNNING") && (screen.actions ?? 0) > actions && screen.contains("decisions")
                }
                #expect(back.rows.last?.contains("q") == true)
                try terminal.send("q")
                try await terminal.finalStatistics()
                try terminal.resize(to: TerminalSize(30, 5))
                try await terminal.until("the message on the statistics") { $0.contains("30x5") }
                try terminal.resize(to: TerminalSize(100, 30))
                try await terminal.until("the statistics again") { $0.showsFinalStatistics }
                try terminal.send("q")
                try await terminal.expectCleanEnd()
            }
        }

        @Test("a terminal that is too small from the start gets one line and works by keys")
        func tooSmall() async throws {
            try await withDashboard(["--no-wait"], size: TerminalSize(30, 5)) { terminal in
                try await terminal.until("the message") { $0.contains("30x5") }
                try terminal.send("q")
                try await terminal.expectCleanEnd()
            }
        }

        @Test("space pauses and resumes, a full stop lets one decision through")
        func pause() async throws {
            try await withDashboard { terminal in
                try await terminal.playing()
                try terminal.send(" ")
                let paused = try await terminal.until("the pause") { $0.contains("PAUSED") }
                // What was under way when the key came may still finish; then all counts stand while the clock goes on.
                let start = paused.clock ?? 0
                let rest = try await terminal.until("the clock going on") { ($0.clock ?? 0) > start + 1 }
                let later = try await terminal.until("the clock going on") { ($0.clock ?? 0) > start + 2 }
                #expect(rest.cycles != nil && later.cycles == rest.cycles)
                #expect(rest.actions != nil && later.actions == rest.actions)

                try terminal.send(".")
                let stepped = try await terminal.until("one decision") { $0.cycles == (rest.cycles ?? 0) + 1 }
                let end = stepped.clock ?? 0
                let settled = try await terminal.until("the clock going on") { ($0.clock ?? 0) > end + 1 }
                #expect(settled.cycles == stepped.cycles)
                #expect(settled.contains("PAUSED"))

                try terminal.send(" ")
                try await terminal.until("the game going on") { screen in
                    screen.contains("RUNNING") && (screen.cycles ?? 0) > (settled.cycles ?? 0) + 1
                }
                try terminal.send(" ")
                try await terminal.until("the pause") { $0.contains("PAUSED") }
                try terminal.send("q")
                try await terminal.finalStatistics()
                try terminal.send("q")
                try await terminal.expectCleanEnd()
            }
        }

        @Test("a question mark shows the keys and takes them away again")
        func help() async throws {
            try await withDashboard { terminal in
                try await terminal.playing(actions: 1)
                try terminal.send("?")
                try await terminal.until("the keys") { $0.contains("Pause the agent") }
                try terminal.send("?")
                try await terminal.until("the panels") { !$0.contains("Pause the agent") && $0.contains("decisions") }
            }
        }

        @Test("Ctrl-L draws the screen anew")
        func redraw() async throws {
            try await withDashboard { terminal in
                let clears = try await terminal.playing(actions: 1).fullClears
                try terminal.send("\u{C}")
                try await terminal.until("a clear and a new frame") { screen in
                    screen.fullClears == clears + 1 && screen.contains("RUNNING")
                }
            }
        }

        @Test("i moves the interpreter on to its next mode")
        func perspective() async throws {
            try await withDashboard(["--perspective", "tactical"]) { terminal in
                try await terminal.until("the mode") { $0.perspectiveTitle?.contains("tactical") == true }
                try terminal.send("i")
                try await terminal.until("another mode") { screen in
                    screen.perspectiveTitle.map { !$0.contains("tactical") } == true
                }
            }
        }

        @Test("keys without a meaning do nothing")
        func noise() async throws {
            try await withDashboard { terminal in
                let actions = try await terminal.playing(actions: 1).actions ?? 0
                try terminal.send("\u{1B}[15~\u{1B}[1;2AY漢é\u{0}\u{1B}")
                // An old mouse report, Alt-q, and a paste: none of them is the keys that its bytes would be.
                try terminal.send("\u{1B}[M   \u{1B}q\u{1B}[200~q p\u{3}\u{1B}[201~\u{1B}]11;q\u{7}")
                // Had one of them been a key, the agent would rest or be at its end, or something would lie over the
                // panels.
                try await terminal.until("the game going on") { screen in
                    screen.contains("RUNNING") && screen.contains("decisions") && (screen.actions ?? 0) > actions + 2
                }
                try terminal.send("q")
                try await terminal.finalStatistics()
            }
        }
    }
}

extension TerminalScreen {
    /// The border text of the interpreter's panel, which names its modes.
    fileprivate var perspectiveTitle: Substring? {
        for row in rows {
            if let match = row.firstMatch(of: /interpreter.*/) { return match.output }
        }
        return nil
    }
}
