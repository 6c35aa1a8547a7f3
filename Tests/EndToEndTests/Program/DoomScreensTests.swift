import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    /// What a real game shows besides the world: its menu, the player's death, the tally at the end of a level. They
    /// come when the test says so, and what the game did next is read from its own log.
    @Suite("What interrupts a real game",
        .enabled(if: Doom.missing.isEmpty, "not installed: \(Doom.missing.joined(separator: ", "))"))
    struct DoomScreensTests {
        /// Long, for the whole of a debug build that steers by 35 pictures a second may run beside other tests' builds.
        private static let patience = Duration.seconds(100)

        private static func reasons(_ output: HeadlessRun.Output) -> [Substring] {
            output.outputLines.compactMap { line in
                line.firstRange(of: " executed: ").map { line[$0.upperBound...] }
            }
        }

        /// Runs `body` with the game played, and expects a clean end.
        /// - Parameter shot: what the game does when the player fires, a name that DeHackEd knows.
        /// - Returns: the transcript.
        private func played(
            shot: String? = nil, _ body: (HeadlessRun, PatchedDoom) async throws -> Void
        ) async throws -> Transcript {
            try await withPatchedDoom(shot: shot) { doom in
                let arguments = ["--profile", doom.profile, "--endpoint", "none", "--headless", "--fresh"]
                let environment = doom.environment
                return try await withHeadless(arguments, environment: environment, lifetime: .seconds(280)) { run in
                    try await run.until("the game is played", within: Self.patience) { !Self.reasons($0).isEmpty }
                    try await body(run, doom)
                    run.process.signal(SIGTERM)
                    let (status, written) = await run.ended()
                    #expect(status == .code(0), "\(written.error)")
                    let transcript = Transcript(lines: written.outputLines)
                    #expect(transcript.faults.isEmpty, "\(written.output)")
                    return transcript
                }
            }
        }

        @Test("a menu that somebody opens is seen and left, and the game is played on")
        func menu() async throws {
            _ = try await played { run, doom in
                try await doom.tap("Escape", run)
                try await run.until("the menu is left", within: Self.patience) {
                    Self.reasons($0).contains("leaves a menu")
                }
                try await run.until("the game is played on", within: Self.patience) {
                    Self.reasons($0).last != "leaves a menu"
                }
            }
        }

        @Test("a player who died is seen dead, and begins again")
        func death() async throws {
            let transcript = try await played(shot: "Die") { run, doom in
                #expect(try doom.levels() == ["E1M1"])
                try await doom.tap("Control_R", run)
                try await poll("the level begins again", within: Self.patience, seen: { run.soFar.output }) {
                    try doom.levels().count >= 2
                }
                #expect(try Set(doom.levels()) == ["E1M1"])
                let count = Self.reasons(run.soFar).count
                try await run.until("the game is played on", within: Self.patience) {
                    Self.reasons($0).count >= count + 2
                }
            }
            #expect((transcript.figure("Deaths") ?? 0) >= 1)
        }

        @Test("the tally at the end of a level is gone on from, to the next level")
        func tally() async throws {
            _ = try await played(shot: "BrainDie") { run, doom in
                try await doom.tap("Control_R", run)
                try await poll("the next level", within: Self.patience, seen: { run.soFar.output }) {
                    try doom.levels().contains("E1M2")
                }
            }
        }
    }
}

/// Freedoom with a profile of the test's own, in a folder that is gone afterwards.
private struct PatchedDoom {
    let folder: String
    let profile: String
    private var log: String { folder + "/log" }
    private var state: String { folder + "/state" }
    /// In which the game is a script that writes its words down.
    var environment: [String: String] {
        ["PATH": "\(folder):/usr/local/bin:/usr/bin:/bin", "XDG_STATE_HOME": state]
    }

    /// - Parameter shot: DeHackEd's name of what happens when the player fires.
    init(folder: String, shot: String?) throws {
        (self.folder, profile) = (folder, folder + "/game.json")
        let assets = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../assets/games")
        for name in ["doom-digits.png", "doom-planner.txt", "doom-recogniser.weights"] {
            try FileManager.default.copyItem(
                atPath: assets.appending(path: name).standardized.path(), toPath: "\(folder)/\(name)")
        }
        var text = try String(contentsOf: assets.appending(path: "doom.json").standardized, encoding: .utf8)
        if let shot {
            // The first frame of a player who fires, S_PLAY_ATK1.
            let head = "Patch File for DeHackEd v3.0\nDoom version = 21\nPatch format = 6\n\n"
            let patch = head + "[CODEPTR]\nFRAME 154 = \(shot)\n"
            try patch.write(toFile: folder + "/shot.deh", atomically: true, encoding: .utf8)
            text = text.replacing(#""-warp", "1", "1""#, with: #""-warp", "1", "1", "-deh", "\#(folder)/shot.deh""#)
        }
        try text.write(toFile: profile, atomically: true, encoding: .utf8)
        // It keeps the pipes that it was given: who reads them takes their end for the game's.
        let script = "#!/bin/sh\nexec /usr/games/crispy-doom \"$@\" 3>&1 4>&2 >'\(log)' 2>&1\n"
        try script.write(toFile: folder + "/crispy-doom", atomically: true, encoding: .utf8)
        chmod(folder + "/crispy-doom", 0o755)
    }

    /// The levels that were begun, in order.
    func levels() throws -> [String] {
        let words = try String(contentsOfFile: log, encoding: .utf8)
        let begun = words.split(separator: "\n").compactMap { $0.firstMatch(of: #/^P_SetupLevel: (\w+)/#)?.output.1 }
        return begun.map(String.init)
    }

    /// Presses a key in the game, as somebody at its display would.
    func tap(_ key: String, _ run: HeadlessRun) async throws {
        let game = Doom.children(run.process.pid)
        let display = try ["DISPLAY", "XAUTHORITY"].map { ($0, try Doom.variable($0, of: game)) }
        let environment = PseudoTerminal.environment.changed(Dictionary(uniqueKeysWithValues: display))
        try await withHeadlessRun(
            "/usr/bin/xdotool", ["keydown", key, "sleep", "0.1", "keyup", key], environment: environment
        ) { run in
            let (status, written) = await run.ended()
            #expect(status == .code(0), "\(written.error)")
        }
    }
}

private func withPatchedDoom<Result>(
    shot: String?, _ body: (PatchedDoom) async throws -> Result
) async throws -> Result {
    let folder = "/tmp/doom-screens-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(try PatchedDoom(folder: folder, shot: shot))
}
