import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    /// Freedoom, as Debian has it, on a display of its own.
    @Suite("A real game", .enabled(if: Doom.missing.isEmpty, "not installed: \(Doom.missing.joined(separator: ", "))"))
    struct DoomTests {
        private static let arguments = ["--game", "doom", "--endpoint", "none", "--headless"]

        /// Decisions that were played to their end.
        private static func executed(_ output: HeadlessRun.Output) -> Int {
            output.outputLines.count { $0.contains(" executed: ") }
        }

        @Test("is seen and played, and everything that was started for it is closed")
        func plays() async throws {
            try await withHeadless(Self.arguments + ["--duration", "20s"]) { run in
                try await run.until("the game is played") { Self.executed($0) >= 3 }
                let children = Doom.children(run.process.pid)
                let files = try Doom.displayFiles(of: children)
                #expect(Set(children.keys).isSuperset(of: ["Xvfb", "crispy-doom", "ffmpeg", "xdotool"]), "\(children)")
                let (status, written) = await run.ended()
                #expect(status == .code(0), "\(written.error)")
                let transcript = Transcript(lines: written.outputLines)
                #expect(transcript.faults.isEmpty, "\(written.output)")
                // The picture changed after presses: turning and walking were seen to work.
                #expect((transcript.figure("Verified") ?? 0) > 0, "\(written.output)")
                #expect(Doom.alive(children).isEmpty)
                #expect(files.filter { access($0, F_OK) == 0 }.isEmpty)
            }
        }

        @Test("goes on when what captures or presses is killed", arguments: ["ffmpeg", "xdotool"])
        func helper(_ name: String) async throws {
            try await withHeadless(Self.arguments) { run in
                try await run.until("the game is played") { Self.executed($0) >= 2 }
                let victim = try #require(Doom.children(run.process.pid)[name])
                kill(victim, SIGKILL)
                let before = Self.executed(run.soFar)
                try await run.until("the game is played again") { Self.executed($0) >= before + 3 }
                let successor = try #require(Doom.children(run.process.pid)[name])
                #expect(successor != victim)
                run.process.signal(SIGTERM)
                #expect(await run.ended().status == .code(0))
            }
        }

        @Test("that ends, or whose display does, is named and started again", arguments: ["crispy-doom", "Xvfb"])
        func game(_ name: String) async throws {
            try await withHeadless(Self.arguments) { run in
                try await run.until("the game is played") { Self.executed($0) >= 2 }
                let victim = try #require(Doom.children(run.process.pid)[name])
                kill(victim, SIGKILL)
                try await run.until("it is named") { $0.error.contains("the game loop failed: ") }
                let before = Self.executed(run.soFar)
                try await run.until("the game is played again") { Self.executed($0) >= before + 3 }
                let files = try Doom.displayFiles(of: Doom.children(run.process.pid))
                run.process.signal(SIGTERM)
                #expect(await run.ended().status == .code(0))
                #expect(files.filter { access($0, F_OK) == 0 }.isEmpty)
            }
        }

        @Test("is looked at until a signal ends that, and all that was started for it is closed",
            arguments: [SIGINT, SIGTERM])
        func endedCheck(signal: Int32) async throws {
            try await withHeadless(["check", "--game", "doom"]) { run in
                try await run.until("its window") { $0.output.contains(" on display :") }
                let children = Doom.children(run.process.pid)
                let files = try Doom.displayFiles(of: children)
                run.process.signal(signal)
                let (status, written) = await run.ended()
                #expect(status == .code(1))
                #expect(written.error.contains("the check was ended by \(signal == SIGINT ? "SIGINT" : "SIGTERM")"))
                #expect(!written.output.contains("✗"), "\(written.output)")
                #expect(Doom.alive(children).isEmpty)
                #expect(files.filter { access($0, F_OK) == 0 }.isEmpty)
            }
        }

        @Test("leaves no process, no file of its display and no folder when the program is killed")
        func killed() async throws {
            try await withHeadless(Self.arguments) { run in
                try await run.until("the game is played") { Self.executed($0) >= 2 }
                let children = Doom.children(run.process.pid)
                #expect(children.count >= 5, "\(children)")
                let paths = try Doom.displayFiles(of: children) + [Doom.folder(of: children)]
                // An X server that chooses its display itself makes no lock file, but a socket.
                #expect(paths.count { access($0, F_OK) == 0 } >= 2, "\(paths)")
                func left() -> [String] { Doom.alive(children) + paths.filter { access($0, F_OK) == 0 } }
                run.process.signal(SIGKILL)
                _ = await run.ended()
                // The kernel and the watchdog need a moment.
                try await poll("nothing left", seen: { left().joined(separator: ", ") }) { left().isEmpty }
            }
        }
    }
}
