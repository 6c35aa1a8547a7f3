import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    /// A display that was there before, with windows of others on it.
    @Suite("A shared display",
        .enabled(if: SharedDisplay.missing.isEmpty, "not installed: \(SharedDisplay.missing.joined(separator: ", "))"))
    struct SharedDisplayTests {
        private static let live = ["--live", "--yes", "--endpoint", "none", "--headless"]

        private static func count(_ what: String, in output: HeadlessRun.Output) -> Int {
            output.outputLines.count { $0.contains(what) }
        }

        @Test("a window that takes the keyboard gets no key, and the agent holds until the game has it again",
            .enabled(if: access("/usr/games/crispy-doom", X_OK) == 0, "not installed: crispy-doom"))
        func focus() async throws {
            try await withSharedDisplay { display in
                try await display.withWindow("somebody's window") { somebody, other in
                    let arguments = ["--game", "doom", "--display", display.name] + Self.live
                    try await withHeadless(arguments) { run in
                        let game = try await display.window("Freedoom")
                        try await display.focus(game)
                        try await run.until("the game is played") { Self.count(" executed: ", in: $0) >= 2 }
                        try await display.focus(somebody)
                        let why = "input is held: window \(somebody) has the keyboard, not the game"
                        let held = try await run.until("the agent holds") { $0.error.contains(why) }
                        let refused = Self.count(" refused (", in: held)
                        let later = try await run.until("what it decides is refused") {
                            Self.count(" refused (", in: $0) >= refused + 2
                        }
                        try await display.focus(game)
                        let played = Self.count(" executed: ", in: later)
                        try await run.until("the game is played again") {
                            $0.error.contains("the game is back") && Self.count(" executed: ", in: $0) >= played + 2
                        }
                        #expect(!other.soFar.output.contains("KeyPress"), "\(other.soFar.output)")
                        run.process.signal(SIGTERM)
                        #expect(await run.ended().status == .code(0))
                    }
                }
            }
        }

        /// Whatever is decided, a key goes down and stays there for seconds.
        private static let profile = """
            { "title": "The game", "window": { "name": "^the game$" }, "size": { "width": 320, "height": 240 },
              "picture": { "width": 320, "height": 240 }, "actions": {
                "moveForward": { "keys": ["Up"], "hold": 5000, "layers": ["exploration", "combat", "stealth"] },
                "turnLeft": { "keys": ["Left"], "hold": 5000, "layers": ["exploration", "combat", "stealth"] },
                "turnRight": { "keys": ["Right"], "hold": 5000, "layers": ["exploration", "combat", "stealth"] },
                "attack": { "keys": ["Control_R"], "hold": 5000, "layers": ["exploration", "combat", "stealth"] },
                "wait": { "hold": 100, "layers": ["exploration", "combat", "menu", "dialogue", "stealth"] } } }
            """

        @Test("no key is down a second after the program was killed")
        func killed() async throws {
            let path = "/tmp/profile-\(getpid()).json"
            try Self.profile.write(toFile: path, atomically: true, encoding: .utf8)
            defer { unlink(path) }
            try await withSharedDisplay { display in
                // The game only says what it gets.
                try await display.withWindow("the game") { window, game in
                    try await display.focus(window)
                    try await withHeadless(["--profile", path, "--display", display.name] + Self.live) { run in
                        try await game.until("a key goes down") { !SharedDisplay.down($0).isEmpty }
                        run.process.signal(SIGKILL)
                        try await game.until("every key is up", within: .seconds(1)) {
                            SharedDisplay.down($0).isEmpty
                        }
                        _ = await run.ended()
                    }
                }
            }
        }

        @Test("a window that lies upon the game's is named, and nothing is pressed until it is gone")
        func covered() async throws {
            let path = "/tmp/profile-covered-\(getpid()).json"
            try Self.profile.write(toFile: path, atomically: true, encoding: .utf8)
            defer { unlink(path) }
            try await withSharedDisplay { display in
                try await display.withWindow("the game") { window, game in
                    try await display.focus(window)
                    let arguments = ["--profile", path, "--display", display.name] + Self.live
                    try await withHeadless(arguments) { run in
                        try await game.until("a key goes down") { !SharedDisplay.down($0).isEmpty }
                        // It lies where the game's does, and has not the keyboard.
                        try await display.withWindow("somebody's window") { _, _ in
                            try await run.until("it is named") {
                                $0.error.contains(
                                    "input is held: the game's window is covered by \"somebody's window\"")
                            }
                            try await game.until("every key is up") { SharedDisplay.down($0).isEmpty }
                        }
                        try await run.until("the game is back") { $0.error.contains("the game is back") }
                        try await game.until("a key goes down again") { !SharedDisplay.down($0).isEmpty }
                        run.process.signal(SIGTERM)
                        #expect(await run.ended().status == .code(0))
                    }
                }
            }
        }

        @Test("a signal ends the program while it asks whether it may press keys", arguments: [SIGINT, SIGTERM])
        func question(signal: Int32) async throws {
            let arguments = ["--game", "doom", "--display", ":9876", "--live"]
            try await withTerminal(try Executable.path(), arguments) { terminal in
                try await terminal.until("the question") { $0.transcript.joined().contains("Type yes to let it") }
                if signal == SIGINT { try terminal.send("\u{3}") } else { terminal.process.signal(signal) }
                #expect(await terminal.ended() == .signal(signal))
                try terminal.expectUntouchedMachine()
            }
        }

        @Test("whoever answers no is told that nothing was started, and nothing else")
        func answeredNo() async throws {
            let arguments = ["--game", "doom", "--display", ":9876", "--live"]
            try await withTerminal(try Executable.path(), arguments) { terminal in
                try await terminal.until("the question") { $0.transcript.joined().contains("Type yes to let it") }
                try terminal.send("no\r")
                #expect(await terminal.ended() == .code(1))
                #expect(terminal.screen.transcript.last { !$0.isEmpty } == "singularis: not started: that was no yes")
            }
        }
    }
}

/// An X server that a test starts as a person would: the program is a guest there. No key repeats by itself, so that
/// each press that a window tells of is somebody's.
private struct SharedDisplay {
    static let missing = ["Xvfb", "xdotool", "ffmpeg", "xev"].filter { access("/usr/bin/" + $0, X_OK) != 0 }

    let name: String
    var environment: [String: String] { PseudoTerminal.environment.changed(["DISPLAY": name]) }

    private func xdotool(_ arguments: [String]) async throws -> String {
        try await withHeadlessRun("/usr/bin/xdotool", arguments, environment: environment) { run in
            let (status, written) = await run.ended()
            #expect(status == .code(0), "\(arguments): \(written.error)")
            return written.output
        }
    }

    /// The number of a window, once it is there.
    func window(_ title: String) async throws -> UInt64 {
        let found = try await xdotool(["search", "--sync", "--onlyvisible", "--name", title])
        return try #require(found.split(separator: "\n").first.flatMap { UInt64($0) }, "\(found)")
    }

    func focus(_ window: UInt64) async throws { _ = try await xdotool(["windowfocus", "--sync", "\(window)"]) }

    /// Runs `body` with a window that tells of the keys it gets.
    func withWindow(_ title: String, _ body: (UInt64, HeadlessRun) async throws -> Void) async throws {
        let arguments = ["-name", title, "-geometry", "320x240", "-event", "keyboard"]
        try await withHeadlessRun("/usr/bin/xev", arguments, environment: environment) { run in
            try await body(try await window("^\(title)$"), run)
        }
    }

    /// The keys that are down, as such a window tells it: `KeyPress event, ...`, and two lines later the key's name.
    static func down(_ output: HeadlessRun.Output) -> Set<Substring> {
        var (keys, isPress) = (Set<Substring>(), false)
        for line in output.outputLines {
            if line.hasPrefix("Key") { isPress = line.hasPrefix("KeyPress") }
            guard let name = line.firstMatch(of: #/keysym 0x[0-9a-f]+, (\w+)\)/#)?.output.1 else { continue }
            if isPress { keys.insert(name) } else { keys.remove(name) }
        }
        return keys
    }
}

private func withSharedDisplay(_ body: (SharedDisplay) async throws -> Void) async throws {
    let arguments = ["-displayfd", "1", "-screen", "0", "1280x720x24", "-nolisten", "tcp", "-noreset", "-r"]
    try await withHeadlessRun("/usr/bin/Xvfb", arguments) { server in
        let started = try await server.until("its number") { !$0.outputLines.isEmpty }
        do {
            try await body(SharedDisplay(name: ":" + started.outputLines[0]))
        } catch {
            // Killed, it would leave the files of its display.
            server.process.signal(SIGTERM)
            _ = await server.ended()
            throw error
        }
        server.process.signal(SIGTERM)
        _ = await server.ended()
    }
}
