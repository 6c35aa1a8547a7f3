import Testing

extension EndToEnd {
    @Suite("The command line and its surroundings")
    struct CommandLineTests {
        private static let options = [
            "--mode", "--duration", "--seed", "--frame-rate", "--perspective", "--endpoint", "--limit",
            "--limit-per-host", "--connect-timeout", "--total-timeout", "--model-fault", "--voice", "--dns-ttl",
            "--speed",
        ]

        /// What is said of every other value is the business of ``RunOptionsTests``: here it is how it is said.
        @Test("a bad value is one clear line on stderr and exit 2, as are an unknown option and a stray word")
        func usage() async throws {
            try await expectUsageError(["--mode=sideways"], naming: "--mode")
            try await expectUsageError(["--endpoint=ftp://example.com"], naming: "--endpoint")
            try await expectUsageError(["--model-fault="], naming: "--model-fault")
            try await expectUsageError(["--duration"], naming: "--duration")
            try await expectUsageError(["--no-such-option"], naming: "--no-such-option")
            try await expectUsageError(["stray"], naming: "stray")
            try await expectUsageError(["--endpoint", "gemini"], naming: "GEMINI_API_KEY")
        }

        @Test("a journal that somebody has named and that cannot be written ends the start, and says what to do")
        func unwritableJournal() async throws {
            for (path, words) in [
                ("/proc/x.jsonl", "or off"), ("/proc/x/", "cannot make the folder /proc/x"),
                // One that is there is nobody's to overwrite.
                ("/etc/hostname", "name a file that does not"),
            ] {
                try await expectUsageError(["--headless", "--journal", path], naming: words)
            }
            let environment = ["SINGULARIS_JOURNAL": "/proc/x.jsonl"]
            try await withHeadless(["--headless"], environment: environment) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(2) && written.errorLines.count == 1, "\(written.error)")
                #expect(written.error.contains("SINGULARIS_JOURNAL"), "\(written.error)")
            }
        }

        private func expectUsageError(_ arguments: [String], naming word: String) async throws {
            // What is accepted by mistake would run for ever.
            try await withHeadless(arguments) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(2), "\(arguments)")
                #expect(written.output.isEmpty, "\(arguments)")
                #expect(written.errorLines.count == 1, "\(arguments): \(written.error)")
                #expect(written.error.contains(word), "\(arguments): \(written.error)")
            }
        }

        @Test("the version is one line on stdout, with the program's name, and ends with 0")
        func version() async throws {
            try await withHeadless(["--version"]) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(0))
                #expect(written.error.isEmpty)
                #expect(written.output.wholeMatch(of: /singularis \d+\.\d+\.\d+\n/) != nil, "\(written.output)")
            }
        }

        @Test("the help is printed to stdout, names every option, and ends with 0")
        func help() async throws {
            try await withHeadless(["--help"]) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(0))
                #expect(written.error.isEmpty)
                for option in Self.options { #expect(written.output.contains(option), "\(option)") }
                #expect(!written.output.contains("--fail-after"))
            }
        }

        @Test("a terminal it cannot use is one clear line and stays untouched",
            arguments: [nil, "dumb", ""] as [String?])
        func unusableTerminal(name: String?) async throws {
            try await withDashboard(environment: ["TERM": name]) { terminal in
                try await expectRefusal(terminal, naming: "TERM")
            }
        }

        @Test("missing assets are one clear line and the terminal stays untouched")
        func missingAssets() async throws {
            try await withDashboard(environment: ["SINGULARIS_ASSETS": "/nonexistent"]) { terminal in
                try await expectRefusal(terminal, naming: "/nonexistent")
            }
            try await withHeadless(["--headless"], environment: ["SINGULARIS_ASSETS": "/nonexistent"]) { run in
                let (status, written) = await run.ended()
                #expect(status != .code(0) && status != .overdue)
                #expect(written.output.isEmpty)
                #expect(written.errorLines.count == 1)
            }
        }

        @Test("a theme that does not exist fails before anything starts, also without a terminal")
        func missingTheme() async throws {
            try await withDashboard(["--theme", "nowhere"]) { terminal in
                try await expectRefusal(terminal, naming: "theme nowhere")
            }
            try await withHeadless(["--headless", "--theme", "nowhere"]) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(1))
                #expect(written.output.isEmpty && written.errorLines.count == 1, "\(written.error)")
            }
        }

        @Test("a bad value in a terminal leaves it untouched")
        func badValueInTerminal() async throws {
            try await withDashboard(["--limit=0"]) { terminal in
                try await expectRefusal(terminal, naming: "--limit")
            }
        }

        private func expectRefusal(_ terminal: PseudoTerminal, naming word: String) async throws {
            let status = await terminal.ended()
            #expect(status != .code(0) && status != .overdue, "\(status)")
            let screen = terminal.screen
            #expect(screen.transcript.count == 1, "\(screen.transcript.joined(separator: "\n"))")
            #expect(screen.transcript.first?.contains(word) == true, "\(screen.transcript)")
            #expect(!screen.bytesOnNormalScreen.contains(0x1B), "no escape sequences")
            try #expect(terminal.settings() == terminal.settingsBefore)
        }

        @Test("plain terminals work: no colours, eight colours, no UTF-8",
            arguments: [["NO_COLOR": "1"], ["TERM": "linux"], ["TERM": "screen-256color"], ["LANG": "C"]])
        func plainTerminals(environment: [String: String]) async throws {
            let changes = environment.mapValues(Optional.some)
            try await withDashboard(environment: changes) { terminal in
                try await terminal.until("the running screen") { $0.contains("RUNNING") && ($0.actions ?? 0) > 0 }
                if environment["NO_COLOR"] != nil { #expect(terminal.screen.colourChanges == 0) }
                if environment["LANG"] == "C" { #expect(terminal.screen.text.utf8.allSatisfy { $0 < 0x80 }) }
                terminal.process.signal(15)
                #expect(await terminal.ended() == .code(0))
                try #expect(terminal.settings() == terminal.settingsBefore)
            }
        }
    }
}
