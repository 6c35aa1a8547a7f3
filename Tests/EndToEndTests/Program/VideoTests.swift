import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    /// A recording of three seconds, made by ffmpeg.
    @Suite("A video", .enabled(if: Recording.isPossible, "ffmpeg is not installed"))
    struct VideoTests {
        @Test("is watched without a key, and the session ends in order when it does", arguments: Mode.allCases)
        func ends(mode: Mode) async throws {
            let clip = try Recording()
            let arguments = ["--game", "video", clip.path, "--headless", "--endpoint", "none"] + mode.arguments
            try await withHeadless(arguments) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(0), "\(written.error)")
                let transcript = Transcript(lines: written.outputLines)
                #expect(transcript.faults.isEmpty, "\(written.output)")
                #expect(written.output.contains("Ended: the video ended"), "\(written.output)")
                #expect(written.output.contains("[CLEANUP] ✓ Video (ffmpeg) closed"), "\(written.output)")
                // Ten looks a second, fewer where the machine is busy.
                #expect((10...45).contains(transcript.figure("Perceptions") ?? 0), "\(written.output)")
                #expect(transcript.figure("Cycles") == 0 && transcript.figure("Actions") == 0)
            }
        }

        @Test("is seen on the dashboard, which says that it only watches and offers no key that presses")
        func dashboard() async throws {
            let clip = try Recording(seconds: 12)
            try await withTerminal(
                try Executable.path(), ["--game", "video", clip.path, "--endpoint", "none", "--no-wait"],
                size: TerminalSize(120, 36), environment: PseudoTerminal.environment
            ) { terminal in
                try await terminal.until("it is watched") { screen in
                    screen.isAlternate && screen.text.contains("WATCHING")
                        && screen.text.contains("only watched: nothing is decided")
                }
                #expect(!terminal.screen.text.contains("take over") && !terminal.screen.text.contains("panic"))
                try terminal.send("t")
                try await terminal.until("why there is no taking over") {
                    $0.text.contains("is only watched")
                }
                try await terminal.expectCleanEnd()
            }
        }

        @Test("that is not there, or is none, is said in one line, and no terminal is taken")
        func missing() async throws {
            let both = [("/no/such.mkv", "No such file"), ("/etc/passwd", "is no video that ffmpeg can read")]
            for (name, words) in both {
                try await withDashboard(["--game", "video", name, "--speed", "1"]) { terminal in
                    #expect(await terminal.ended() == .code(1))
                    #expect(!terminal.screen.bytesOnNormalScreen.contains(0x1B))
                    let text = terminal.screen.transcript.joined()
                    #expect(text.hasPrefix("singularis: \(name)") && text.contains(words), "\(text)")
                }
            }
        }

        @Test(
            "its ffmpeg is started again when it is killed, and goes with the program, however that ends",
            arguments: [SIGTERM, SIGKILL])
        func killed(signal: Int32) async throws {
            let clip = try Recording(seconds: 60)
            try await withHeadless(["--game", "video", clip.path, "--headless", "--endpoint", "none"]) { run in
                let victim = try await ffmpeg(of: run.process.pid)
                kill(victim, SIGKILL)
                let children = [try await ffmpeg(of: run.process.pid, besides: victim)]
                run.process.signal(signal)
                let (status, written) = await run.ended()
                if signal == SIGTERM { #expect(status == .code(0), "\(written.error)") }
                for _ in 0..<100 where children.contains(where: { kill($0, 0) == 0 }) { usleep(50_000) }
                #expect(!children.contains { kill($0, 0) == 0 })
            }
        }

        private func ffmpeg(of program: pid_t, besides other: pid_t = 0) async throws -> pid_t {
            while true {
                let child = ProcessFacts.children(program).first { name($0) == "ffmpeg" && $0 != other }
                if let child { return child }
                try await Task.sleep(for: .milliseconds(20))
            }
        }

        private func name(_ pid: pid_t) -> String {
            let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/comm") ?? Data()
            return String(decoding: bytes.dropLast(), as: UTF8.self)
        }
    }
}

/// A video in a file that is gone with it.
private final class Recording: Sendable {
    static let isPossible = access("/usr/bin/ffmpeg", X_OK) == 0

    let path: String

    init(seconds: Int = 3) throws {
        path = "/tmp/clip-\(UInt32.random(in: 0 ... .max)).mkv"
        let words = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi"]
            + ["-i", "testsrc=size=320x240:rate=25", "-t", "\(seconds)", path]
        var pid = pid_t()
        var raw: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for word in raw { free(word) } }
        try #require(posix_spawnp(&pid, "ffmpeg", nil, nil, &raw, environ) == 0)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        try #require(status == 0)
    }

    deinit { unlink(path) }
}
