import Glibc
import Testing

extension TerminalScreen {
    /// What the agent takes the place it sees for, as it stands beside the picture.
    fileprivate var scene: Substring? {
        let scenes = #/(wilderness|city|building|dungeon|combat|dialogue|inventory|map) +\d+%/#
        for row in rows {
            if let match = row.firstMatch(of: scenes) { return match.output.1 }
        }
        return nil
    }

    /// The lines of the decisions: their time, and what stands beside it.
    fileprivate var decisions: [Substring] {
        rows.compactMap { $0.firstMatch(of: #/^│ *[\d:]+\.\d [a-z]+ .*?│/#)?.output }
    }
}

extension EndToEnd {
    @Suite("The operator's keys")
    struct OperatorTests {
        @Test("t hands the keys over and Esc Esc gives them back; the agent's decisions are refused meanwhile")
        func takeOver() async throws {
            try await withDashboard { terminal in
                try await terminal.playing()
                try terminal.send("t")
                try await terminal.until("the state") { $0.contains("YOU DRIVE") }
                let driving = try await terminal.until("a refusal") { $0.contains("refused: you drive") }
                // Tab leaves the menu or the dialogue that the agent may just have opened; in the world it does
                // nothing.
                try terminal.send("\t")
                try await terminal.until("the world") { screen in
                    screen.scene.map { !["dialogue", "inventory", "map"].contains($0) } == true
                }
                try terminal.send("i")
                try await terminal.until("the game's inventory, opened by hand") { $0.scene == "inventory" }
                let later = try await terminal.until("more refusals") { ($0.clock ?? 0) > (driving.clock ?? 0) + 1 }
                #expect(later.contains("YOU DRIVE"))
                #expect(later.actions == driving.actions, "no action of the agent's while a person drives")
                try terminal.send("\u{1B}\u{1B}")
                try await terminal.until("the agent playing on") { screen in
                    screen.contains("RUNNING") && (screen.actions ?? 0) > (later.actions ?? 0)
                }
                terminal.process.signal(SIGTERM)
                try await terminal.expectCleanEnd()
            }
        }

        @Test("! holds all input until space gives it back")
        func panic() async throws {
            try await withDashboard { terminal in
                try await terminal.playing()
                try terminal.send("!")
                let held = try await terminal.until("the state and the word for it") { screen in
                    screen.contains("HELD") && screen.contains("all keys released, input held")
                }
                let start = held.clock ?? 0
                let rest = try await terminal.until("the clock going on") { ($0.clock ?? 0) > start + 1 }
                let later = try await terminal.until("the clock going on") { ($0.clock ?? 0) > start + 2 }
                #expect(later.actions == rest.actions && later.contains("HELD"))
                try terminal.send(" ")
                try await terminal.until("the agent playing on") { screen in
                    screen.contains("RUNNING") && (screen.actions ?? 0) > (later.actions ?? 0)
                }
            }
        }

        @Test("d lets the agent play dry, and asks before its keys reach the game again")
        func dryRun() async throws {
            try await withDashboard { terminal in
                try await terminal.playing()
                try terminal.send("d")
                let dry = try await terminal.until("a dry action") { $0.contains("DRY") && $0.contains(" dry") }
                try terminal.send("d")
                try await terminal.until("the question") { $0.contains("keys will go to embedded world") }
                try terminal.send("d")
                try await terminal.until("live actions") { screen in
                    !screen.contains("◇ DRY") && (screen.actions ?? 0) > (dry.actions ?? 0)
                }
            }
        }

        @Test("+ runs the game faster, T changes the theme, F freezes the screen and says so")
        func look() async throws {
            try await withDashboard { terminal in
                try await terminal.until("the speed") { $0.contains(" 4x") }
                try terminal.send("++")
                try await terminal.until("twice twice the speed") { $0.contains(" 16x") }
                try terminal.send("T")
                try await terminal.until("the next theme") { $0.contains("theme light") }
                try terminal.send("F")
                let frozen = try await terminal.until("the word for it") { $0.contains("SCREEN FROZEN") }
                // The clock goes on, and nothing else does: an agent at this speed acts several times a second.
                let start = frozen.clock ?? 0
                let rest = try await terminal.until("the clock going on") { ($0.clock ?? 0) > start + 1 }
                let later = try await terminal.until("the clock going on") { ($0.clock ?? 0) > start + 2 }
                #expect(later.decisions == rest.decisions && !rest.decisions.isEmpty)
                #expect(later.contains("SCREEN FROZEN") && later.opened == rest.opened)
                try terminal.send("F")
                try await terminal.until("the screen going on") { screen in
                    !screen.contains("FROZEN") && (screen.actions ?? 0) > (rest.actions ?? 0)
                }
            }
        }

        @Test("Enter opens a decision with its picture, its reading and its result; the mouse works when asked for")
        func decision() async throws {
            try await withDashboard { terminal in
                try await terminal.playing()
                try terminal.send("5\r")
                let detail = try await terminal.until("the decision") { $0.contains("Reading of frame #") }
                #expect(detail.contains("because") && detail.contains("Result"))
                #expect(!detail.contains("not kept"))
                try terminal.send("\u{1B}")
                try await terminal.until("the panels") { !$0.contains("Reading of frame #") }
                try terminal.send("M")
                try await terminal.until("the word for it") { $0.contains("mouse on") }
                // A click on the title of the loops, twice: the first focuses, the second zooms.
                let row = try await terminal.until("the loops") { $0.contains("³loops") }
                    .rows.firstIndex { $0.contains("³loops") } ?? 0
                let click = "\u{1B}[<0;5;\(row + 1)M\u{1B}[<0;5;\(row + 1)m"
                try terminal.send(click + click)
                try await terminal.until("the loops alone") { $0.contains("³loops") && !$0.contains("decisions") }
            }
        }
    }
}
