import Games
import Glibc
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Pictures in pixels")
    struct PictureTests {
        /// Terminals that draw pixels, each in its own way.
        private static let able = [TerminalProgram.kitty, .foot, .xterm, .both]

        private func leave(_ terminal: PseudoTerminal) async throws {
            let screen = terminal.screen
            #expect(screen.faults.isEmpty && screen.movedPictures == 0, "\(screen.faults) \(screen.movedPictures)")
            try terminal.send("q")
            try await terminal.finalStatistics()
            #expect(terminal.screen.pictures.isEmpty)
            try terminal.send("q")
            try await terminal.expectCleanEnd()
        }

        /// The picture panel's border stands around the picture, and nothing but blanks under it.
        private func expectInItsPanel(_ placed: PlacedPicture, _ screen: TerminalScreen) {
            #expect(screen.rows[1].contains("picture"))
            #expect(placed.row >= 2 && placed.column >= 1)
            for row in placed.row..<placed.row + placed.rows {
                let cells = screen.shown.rows[row].cells
                #expect(cells[placed.column..<placed.column + placed.columns].allSatisfy { $0 == .blank })
                #expect(cells[0].scalar == "│")
            }
        }

        @Test("the picture is the frame, pixel for pixel, in the panel and in its shape", arguments: able)
        func placed(program: TerminalProgram) async throws {
            // The first frame stays: the world hardly moves, and no second picture is due.
            let slow = ["--picture-rate", "0.01", "--speed", "0.1"]
            try await withDashboard(slow, program: program) { terminal in
                let screen = try await terminal.until("the picture") { screen in
                    screen.wholePicture != nil && screen.contains("RUNNING")
                }
                let placed = try #require(screen.wholePicture)
                expectInItsPanel(placed, screen)
                var world = World(seed: 1)
                var frames: [TerminalPicture] = []
                for _ in 0..<4 {
                    frames.append(TerminalPicture(
                        width: World.frameWidth, height: World.frameHeight, rgb: world.render()))
                    world.step()
                }
                let cell = program.cell
                if program.drawsKitty {
                    #expect(frames.contains(placed.picture))
                } else {
                    let (width, height) = (placed.columns * cell.columns, placed.rows * cell.rows)
                    // Sixteen colours are few.
                    let most = program.sixelColors == 16 ? 10.0 : 2
                    let differences = frames.compactMap {
                        placed.picture.meanDifference(from: $0.stretched(width: width, height: height))
                    }
                    #expect(differences.contains { $0 < most }, "\(differences)")
                }
                let shape = Double(placed.columns * cell.columns) / Double(placed.rows * cell.rows)
                #expect(abs(shape / (160.0 / 96) - 1) < 0.08)
                try await leave(terminal)
            }
        }

        /// Plays in all terminals side by side: most of the time each waits for its next picture.
        @Test("one picture takes the place of the other, wherever the panel is, and none is there where it is covered")
        func changes() async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for program in Self.able { group.addTask { try await changes(in: program) } }
                try await group.waitForAll()
            }
        }

        private func changes(in program: TerminalProgram) async throws {
            // Seldom enough that a slow machine has read one before the next comes.
            try await withDashboard(["--picture-rate", "0.5"], program: program) { terminal in
                let first = try await terminal.first("a picture") { $0.wholePicture }
                let second = try await terminal.first("the next") { screen in
                    screen.wholePicture.flatMap { $0.picture != first.picture ? $0 : nil }
                }
                #expect((second.row, second.rows) == (first.row, first.rows))
                try terminal.send("?")
                try await terminal.until("help alone") { $0.contains("Agent") && $0.pictures.isEmpty }
                try terminal.send("q")
                try await terminal.until("the picture again") { $0.wholePicture?.rows == first.rows }
                try terminal.send("z")
                let large = try await terminal.first("a large one") { screen in
                    screen.wholePicture.flatMap { $0.rows > first.rows ? $0 : nil }
                }
                expectInItsPanel(large, terminal.screen)
                try terminal.send("z")
                try await terminal.until("a small one") { $0.wholePicture?.rows == first.rows }
                // What says something for a moment stands over no picture, or the picture is none of pixels.
                try terminal.send("T")
                try await terminal.until("another theme") { $0.contains("theme light") && $0.wholePicture != nil }
                let clears = terminal.screen.fullClears
                try terminal.send("\u{C}")
                try await terminal.until("a new start") { screen in
                    screen.fullClears > clears && screen.wholePicture?.rows == first.rows
                }
                // The log of decisions, opened: a picture of its own.
                try terminal.send("5\r")
                try await terminal.until("a decision") { screen in
                    guard let picture = screen.wholePicture, screen.contains("decision ") else { return false }
                    return picture.row == 2 && picture.rows != first.rows
                }
                try terminal.send("qz")
                try await terminal.until("decisions alone") { $0.contains("all panels") && $0.pictures.isEmpty }
                try await leave(terminal)
            }
        }

        @Test("another size of the window gets a picture of its own, and one that is too small none", arguments: able)
        func sizes(program: TerminalProgram) async throws {
            try await withDashboard(["--picture-rate", "0.5"], program: program) { terminal in
                let first = try await terminal.first("a picture") { $0.wholePicture }
                try terminal.resize(to: TerminalSize(200, 60))
                let large = try await terminal.first("a larger one") { screen in
                    screen.wholePicture.flatMap { $0.columns > first.columns ? $0 : nil }
                }
                expectInItsPanel(large, terminal.screen)
                try terminal.resize(to: TerminalSize(30, 5))
                try await terminal.until("the message alone") { $0.contains("30x5") && $0.pictures.isEmpty }
                try terminal.resize(to: TerminalSize(80, 24))
                try await terminal.until("the picture again") { $0.wholePicture != nil && $0.contains("RUNNING") }
                // What was under way to a window of another size may have gone anywhere, until all was cleared.
                terminal.process.signal(SIGTERM)
                try await terminal.expectCleanEnd()
            }
        }

        @Test("in the monochrome theme there are no pixels")
        func monochrome() async throws {
            try await withDashboard(["--theme", "mono"], program: .kitty) { terminal in
                try await terminal.playing(actions: 1)
                #expect(terminal.screen.pictureBytes == 0)
                try await leave(terminal)
            }
            try await withDashboard(["--theme", "light"], program: .kitty) { terminal in
                try await terminal.until("a picture") { $0.wholePicture != nil }
                try terminal.send("T")
                try await terminal.until("none") { $0.contains("theme mono") && $0.pictures.isEmpty }
                try await leave(terminal)
            }
        }

        @Test("no picture outlives the program, whichever way it ends",
            arguments: able, [SIGTERM, SIGSEGV, SIGHUP, SIGUSR1])
        func signals(program: TerminalProgram, signal: Int32) async throws {
            try await withDashboard(environment: ["SWIFT_BACKTRACE": nil], program: program) { terminal in
                try await terminal.until("a picture") { $0.wholePicture != nil }
                terminal.process.signal(signal)
                if signal == SIGTERM || signal == SIGHUP {
                    try await terminal.expectCleanEnd()
                } else {
                    #expect(await terminal.ended() == .signal(signal))
                    try terminal.expectUntouchedMachine()
                }
                #expect(terminal.screen.faults.isEmpty, "\(terminal.screen.faults)")
            }
        }

        @Test("a crash on the thread that draws takes the picture away", arguments: able)
        func crash(program: TerminalProgram) async throws {
            try await withDashboard(["--crash", "screen"], environment: ["SWIFT_BACKTRACE": nil], program: program) {
                let status = await $0.ended()
                #expect(status == .signal(SIGILL) || status == .signal(SIGTRAP))
                try $0.expectUntouchedMachine()
                #expect($0.screen.faults.isEmpty, "\($0.screen.faults)")
            }
        }

        @Test("Ctrl-Z takes the picture away, and fg brings it back", arguments: able)
        func suspend(program: TerminalProgram) async throws {
            let command = "'\(try Executable.path())' --speed 4"
            let script = "set -m; \(command); echo stopped; read line; fg > /dev/null; echo status $?"
            try await withTerminal("/bin/sh", ["-c", script], program: program) { terminal in
                try await terminal.until("a picture") { $0.wholePicture != nil }
                try terminal.send("\u{1A}")
                let stopped = try await terminal.until("the shell") { $0.transcript.contains("stopped") }
                #expect(stopped.leftovers.isEmpty)
                try terminal.send("\n")
                try await terminal.until("the picture again") { $0.wholePicture != nil && $0.isAlternate }
                try terminal.send("q")
                try await terminal.until("the final statistics") { $0.showsFinalStatistics }
                try terminal.send("q")
                #expect(await terminal.ended() == .code(0))
                #expect(terminal.screen.leftovers.isEmpty)
            }
        }

        /// A terminal, what is set in it, how the program is started, and what it says.
        struct Unable: Sendable, CustomTestStringConvertible {
            let program: TerminalProgram
            var environment: [String: String?] = [:]
            var arguments: [String] = []
            var says: String?
            var testDescription: String { "\(program) \(environment) \(arguments)" }
        }

        @Test("half blocks, and not a byte of a picture, where pixels do not get through, are not there or not wanted",
            arguments: [
                Unable(program: .plain), Unable(program: .silent), Unable(program: .old),
                Unable(program: .kitty, environment: ["TERM": "linux"]),
                Unable(program: .tmux), Unable(program: .tmux, environment: ["TMUX": "/tmp/tmux,1,0"]),
                Unable(program: .tmux, environment: ["TERM": "screen-256color"]),
                Unable(program: .kitty, environment: ["TMUX": "/tmp/tmux,1,0"]),
                Unable(program: .kitty, environment: ["STY": "1.pts"]),
                Unable(program: .kitty, arguments: ["--picture", "blocks"]),
                Unable(program: .foot, arguments: ["--picture", "blocks"]),
                Unable(program: .plain, arguments: ["--picture", "kitty"], says: "does not know the graphics protocol"),
                Unable(program: .plain, arguments: ["--picture", "sixel"], says: "does not draw sixel"),
                Unable(program: .tmux, arguments: ["--picture", "kitty"], says: "do not get through tmux"),
            ])
        func blocks(case unable: Unable) async throws {
            let (arguments, environment) = (unable.arguments, unable.environment)
            try await withDashboard(arguments, environment: environment, program: unable.program) { terminal in
                // The Linux console has shades in their place.
                let screen = try await terminal.until("half blocks") { screen in
                    guard screen.text.contains("▀▀") || screen.text.contains("░░") else { return false }
                    return unable.says.map { screen.saysInToast($0) } ?? true
                }
                #expect(screen.rows[0].contains("RUNNING"))
                try await terminal.until("play") { ($0.actions ?? 0) > 1 }
                terminal.process.signal(SIGTERM)
                #expect(await terminal.ended() == .code(0))
                #expect(terminal.screen.pictureBytes == 0 && terminal.screen.leftovers.isEmpty)
                #expect(terminal.screen.faults.isEmpty, "\(terminal.screen.faults)")
            }
        }

        @Test("who asks for a protocol gets it where the terminal says nothing, or knows both")
        func asked() async throws {
            try await withDashboard(["--picture", "sixel"], program: .both) { terminal in
                let placed = try await terminal.first("a sixel picture") { $0.wholePicture }
                #expect(placed.id == nil)
                try await leave(terminal)
            }
            try await withDashboard(["--picture", "sixel"], environment: ["TMUX": "/tmp/tmux,1,0"], program: .tmux) {
                try await $0.until("a picture in tmux") { $0.wholePicture != nil }
                try await leave($0)
            }
            var mute = TerminalProgram.kitty
            mute.isSilent = true
            try await withDashboard(["--picture", "kitty"], program: mute) { [mute] terminal in
                #expect(mute.drawsKitty)
                try await terminal.until("a picture for kitty") { $0.wholePicture?.id != nil }
                try await leave(terminal)
            }
        }

        @Test("what an old terminal prints of a question is gone with the next frame")
        func printed() async throws {
            try await withDashboard(program: .old) { terminal in
                let screen = try await terminal.playing(actions: 2)
                #expect(!screen.text.contains("AAAA") && screen.rows[0].hasPrefix(" ◉ RUNNING"))
                try await leave(terminal)
            }
        }
    }
}

extension TerminalScreen {
    /// Words of a message, which is wrapped in a box.
    fileprivate func saysInToast(_ words: String) -> Bool {
        let all = rows.compactMap { row in
            row.split(separator: "│").map { $0.trimmingSpaces }.last { !$0.isEmpty }
        }
        return all.joined(separator: " ").contains(words)
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
