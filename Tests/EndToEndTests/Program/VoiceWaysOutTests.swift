import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    /// The program with a voice: whatever its player does, and however the program ends, no process is left.
    @Suite("Ways out with a player")
    struct VoiceWaysOutTests {
        enum Player: String, CaseIterable, Sendable, CustomTestStringConvertible {
            case reads = "touch \"$READY\"; exec cat > /dev/null"
            case dies = "touch \"$READY\"; echo 'no such device' >&2; exit 1"
            case stubborn = """
                trap '' TERM HUP INT; sleep 1000 & touch "$READY"
                cat > /dev/null; while :; do sleep 1; done
                """
            case deaf = "touch \"$READY\"; exec sleep 1000"
            case noisy = "touch \"$READY\"; while :; do echo 'ALSA underrun!!!' >&2; echo out; sleep 0.1; done"
            var testDescription: String { String(rawValue.dropFirst(16).prefix(20)) }
        }

        enum WayOut: String, CaseIterable, Sendable { case key, terminate, duration, error, impatience, playerKilled }

        /// A folder with a player and a synthesizer that speaks one second of silence.
        private func folder(_ player: Player) throws -> String {
            let folder = FileManager.default.temporaryDirectory
                .appending(path: "voice-\(UInt64.random(in: 0 ... .max))").path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
            let header = Array("RIFF".utf8) + little(0, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + little(1, 2)
                + little(1, 2) + little(24_000, 4) + little(48_000, 4) + little(2, 2) + little(16, 2)
            let wave = header + Array("data".utf8) + little(48_000, 4) + [UInt8](repeating: 0, count: 48_000)
            try Data(wave).write(to: URL(fileURLWithPath: folder + "/wave"))
            for (name, script) in [("pw-play", "READY='\(folder)/started'\n" + player.rawValue),
                ("espeak-ng", "cat > /dev/null; cat '\(folder)/wave'")]
            {
                try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
                chmod(folder + "/" + name, 0o755)
            }
            return folder
        }

        /// Live processes that run the player of this folder, in whichever session.
        private func players(_ folder: String) -> [pid_t] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return names.compactMap { pid_t($0) }.filter { pid in
                let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
                return String(decoding: line, as: UTF8.self).contains(folder + "/pw-play")
            }
        }

        @Test(
            "no player is left, and nothing of it on the screen",
            arguments: [
                (Player.reads, WayOut.key), (.reads, .terminate), (.reads, .duration), (.reads, .error),
                (.reads, .playerKilled), (.dies, .key), (.stubborn, .key), (.stubborn, .terminate),
                (.stubborn, .impatience), (.stubborn, .error), (.deaf, .key), (.noisy, .terminate),
            ])
        func ends(player: Player, way: WayOut) async throws {
            let folder = try folder(player)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            // A session that ends by itself may do so before a busy machine has got as far as the player.
            var length = 1
            try await session(way, folder, length)
            while !hasPlayed(folder), length < 16 {
                length *= 2
                try await session(way, folder, length)
            }
            #expect(hasPlayed(folder))
        }

        private func hasPlayed(_ folder: String) -> Bool {
            FileManager.default.fileExists(atPath: folder + "/started")
        }

        /// One session, of so many times two seconds or ten decisions where nobody ends it.
        private func session(_ way: WayOut, _ folder: String, _ length: Int) async throws {
            let arguments: [String] =
                switch way {
                case .duration: ["--duration", "\(2 * length)s", "--no-wait"]
                case .error: ["--fail-after", "\(10 * length)"]
                default: []
                }
            try await withDashboard(arguments, environment: ["PATH": folder + ":/usr/bin:/bin"]) { terminal in
                if way == .error {
                    try await terminal.until("input held") { $0.contains("INPUT HELD") }
                } else if way != .duration {
                    try await terminal.until("the player") { _ in hasPlayed(folder) }
                }
                switch way {
                case .key, .error: try terminal.send("q")
                case .impatience: try terminal.send("qq")
                case .terminate: terminal.process.signal(SIGTERM)
                case .playerKilled:
                    for pid in players(folder) { kill(pid, SIGKILL) }
                    try terminal.send("q")
                case .duration: break
                }
                if way == .key || way == .playerKilled || way == .error {
                    try await terminal.finalStatistics()
                    try terminal.send(" ")
                }
                if way == .impatience {
                    _ = try? await terminal.until("the statistics") { $0.showsFinalStatistics }
                    if terminal.process.status == nil { try? terminal.send(" ") }
                    let status = await terminal.ended()
                    #expect(status == .code(0) || status == .code(3))
                    try terminal.expectUntouchedMachine()
                } else {
                    try await terminal.expectCleanEnd(way == .error ? .code(1) : .code(0))
                    #expect(terminal.transcript.lines.contains("[CLEANUP] ✓ Audio mixer closed"))
                }
                #expect(players(folder).isEmpty)
                #expect(!terminal.screen.transcript.joined().contains("underrun"))
            }
            #expect(players(folder).isEmpty)
        }
    }
}
