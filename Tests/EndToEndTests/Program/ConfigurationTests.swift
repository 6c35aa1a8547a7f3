import FoundationEssentials
import Testing

/// A home of its own, gone with the value that made it.
final class EmptyHome {
    let path = FileManager.default.temporaryDirectory.path + "/singularis-home-\(UUID().uuidString)"
    var file: String { path + "/.config/singularis/config.json" }

    init(_ configuration: String? = nil) throws {
        let folder = URL(filePath: path + "/.config/singularis")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if let configuration { try Data(configuration.utf8).write(to: URL(filePath: file)) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension EndToEnd {
    @Suite("The configuration, from an empty home")
    struct ConfigurationTests {
        private struct Listing: Decodable {
            struct Option: Decodable {
                let name: String
                let source: String
                var variable: String?
                var line: Int?
            }
            let options: [Option]
            let keys: [String: Bool]
            let notices: [String]
        }

        /// What the program writes and how it ends, with nothing in its environment but a home and `changes`.
        private func run(
            _ arguments: [String], home: EmptyHome, _ changes: [String: String] = [:]
        ) async throws -> (status: ExitStatus, written: HeadlessRun.Output) {
            let environment = ["HOME": home.path].merging(changes) { _, new in new }
            return try await withHeadlessRun(try Executable.path(), arguments, environment: environment) { run in
                let (status, written) = await run.ended()
                return (status, written)
            }
        }

        @Test("a flag goes before a variable, a variable before the file; config tells which it was")
        func layers() async throws {
            let home = try EmptyHome("{\n\"rpm\": 1,\n\"rpd\": 1,\n\"fps\": 5}")
            let (status, written) = try await run(
                ["config", "--json", "--rpm", "3"], home: home,
                ["SINGULARIS_RPM": "2", "SINGULARIS_RPD": "2", "SINGULARIS_FPSS": "1", "GEMINI_API_KEY": "SEKRIT"])
            #expect(status == .code(0) && written.error.isEmpty, "\(written.error)")
            let listing = try JSONDecoder().decode(Listing.self, from: Data(written.outputBytes))
            func option(_ name: String) throws -> Listing.Option {
                try #require(listing.options.first { $0.name == name })
            }
            #expect(try option("rpm").source == "flag")
            #expect(try option("rpd").source == "variable" && option("rpd").variable == "SINGULARIS_RPD")
            #expect(try option("fps").source == "file" && option("fps").line == 4)
            #expect(try option("seed").source == "default")
            #expect(listing.keys["GEMINI_API_KEY"] == true && listing.keys["OPENAI_API_KEY"] == false)
            #expect(listing.notices.contains { $0.contains("did you mean SINGULARIS_FPS?") })
            #expect(!written.output.contains("SEKRIT"))
        }

        @Test("a run takes what the file and the variables say, and tells of a variable that is none")
        func playing() async throws {
            let home = try EmptyHome(#"{"headless": true, "duration": "300ms", "endpoint": "none", "speed": 4}"#)
            let (status, written) = try await run([], home: home, ["SINGULARIS_DRY_RUN": "yes", "SINGULARIS_SEAD": "1"])
            #expect(status == .code(0), "\(written.error)")
            #expect(written.output.contains("Final Statistics:"), "\(written.output)")
            #expect(written.output.contains("dry-run"), "\(written.output)")
            #expect(written.error.contains("did you mean SINGULARIS_SEED?"), "\(written.error)")
            #expect(!written.error.contains("running headless"), "it was asked for")
        }

        @Test(
            "each kind of mistake is one line that names the file, the line or the variable, and exit 2",
            arguments: [
                (#"{"picture_rate": 1}"#, [:], ["line 1", "did you mean \"picture-rate\"?"]),
                ("{\n\"rpm\": \"x\"}", [:], ["line 2: rpm:", "invalid"]),
                (#"{"headless": "yes"}"#, [:], ["line 1: headless: this must be true or false"]),
                ("{\"rpm\": 1,\n\"rpm\": 2}", [:], ["line 2: rpm: it is set twice"]),
                ("{\"rpm\": 1,}", [:], ["line 1, column 11: JSON has no comma before a }"]),
                ("[]", [:], ["line 1, column 1: an object"]), ("", [:], ["line 1, column 1: an object"]),
                (#"{"gemini-api-key": "SEKRIT"}"#, [:], ["line 1", "keys of APIs are never in this file"]),
                (#"{"endpoint": "gemini"}"#, [:], ["GEMINI_API_KEY", "--endpoint is from", "line 1"]),
                ("{}", ["SINGULARIS_FPS": "99"], ["SINGULARIS_FPS: --fps must be between 1 and 30"]),
                ("{}", ["SINGULARIS_HEADLESS": "maybe"], ["SINGULARIS_HEADLESS: must be true, false"]),
                ("{}", ["SINGULARIS_CONFIG": "/no/such.json"], ["/no/such.json: it is not there", "SINGULARIS_CONFIG"]),
                ("{}", ["SINGULARIS_CONFIG": "/tmp"], ["/tmp: it is a folder"]),
                ("{}", ["SINGULARIS_KEY_FILE": "AIzaSEKRIT"], ["be read", "--key-file is from SINGULARIS_KEY_FILE"]),
            ] as [(String, [String: String], [String])])
        func mistakes(text: String, environment: [String: String], words: [String]) async throws {
            let home = try EmptyHome(text)
            let (status, written) = try await run(["--headless"], home: home, environment)
            #expect(status == .code(2))
            #expect(written.errorLines.count == 1 && written.output.isEmpty, "\(written)")
            for word in words { #expect(written.error.contains(word), "\(written.error)") }
            if environment.isEmpty { #expect(written.error.contains(home.file)) }
            #expect(!written.error.contains("SEKRIT"))
        }

        @Test("a broken configuration stops config as it stops a run, and neither the help nor the version")
        func broken() async throws {
            let home = try EmptyHome(#"{"rmp": 1}"#)
            let cases: [([String], Int32)] = [(["config"], 2), (["--version"], 0), (["config", "--help"], 0)]
            for (arguments, code) in cases {
                let (status, written) = try await run(arguments, home: home)
                #expect(status == .code(code) && written.error.contains("rmp") == (code == 2), "\(written)")
            }
        }

        @Test("a command that is none is told with the near match, a command behind options to come first")
        func commands() async throws {
            let home = try EmptyHome()
            let (status, written) = try await run(["confg"], home: home)
            #expect(status == .code(2) && written.error.contains("did you mean config?"), "\(written.error)")
            let late = try await run(["--rpm", "5", "config"], home: home)
            #expect(late.status == .code(2))
            #expect(late.written.error.contains("the command comes first"), "\(late.written.error)")
        }
    }

    @Suite("The doctor")
    struct DoctorTests {
        private struct Diagnosis: Decodable {
            struct Check: Decodable {
                let name: String
                let state: String
                let found: String
                var remedy: String?
            }
            let ok: Bool
            let checks: [Check]
        }

        private func diagnosis(
            _ arguments: [String], _ changes: [String: String?] = [:]
        ) async throws -> (status: ExitStatus, diagnosis: Diagnosis, text: String) {
            try await withHeadless(["doctor", "--json"] + arguments, environment: changes) { run in
                let (status, written) = await run.ended()
                #expect(written.error.isEmpty, "\(written.error)")
                let diagnosis = try JSONDecoder().decode(Diagnosis.self, from: Data(written.outputBytes))
                return (status, diagnosis, written.output)
            }
        }

        @Test("asks the embedded model, and ends with 0 where nothing is missing that is needed")
        func healthy() async throws {
            let home = try EmptyHome(#"{"rpm": 5}"#)
            let (status, diagnosis, text) = try await diagnosis(
                ["--headless"], ["HOME": home.path, "XDG_STATE_HOME": nil, "OPENAI_API_KEY": "SEKRIT"])
            #expect(status == .code(0) && diagnosis.ok)
            func check(_ name: String) throws -> Diagnosis.Check {
                try #require(diagnosis.checks.first { $0.name == name })
            }
            #expect(try check("endpoint").state == "good" && check("endpoint").found.contains("gemini API"))
            #expect(try check("configuration").found == home.file + ", 1 option")
            #expect(try check("assets").state == "good" && check("locale").state == "good")
            #expect(try check("journal").found.contains(home.path + "/.local/state/singularis"))
            #expect(try check("descriptors").state == "good")
            #expect(!text.contains("SEKRIT"))
        }

        @Test("what the options need and is missing makes it end with 1, each with what to do")
        func missing() async throws {
            let server = try SilentServer()
            let port = server.port
            await server.close()
            let arguments = [
                "--endpoint", "http://127.0.0.1:\(port)", "--voice", "Kore", "--report", "/nonexistent/r.json",
                "--headless",
            ]
            let (status, diagnosis, _) = try await diagnosis(
                arguments, ["PATH": "/nonexistent", "HOME": "/dev/null", "XDG_STATE_HOME": nil])
            #expect(status == .code(1) && !diagnosis.ok)
            let missing = diagnosis.checks.filter { $0.state == "missing" }
            #expect(missing.map(\.name).sorted() == ["audio player", "endpoint", "report"])
            #expect(missing.first { $0.name == "endpoint" }?.found.contains("Connection refused") == true)
            #expect(missing.first { $0.name == "audio player" }?.remedy?.contains("aplay") == true)
            #expect(diagnosis.checks.first { $0.name == "journal" }?.state == "absent")
        }

        @Test("a broken configuration and options that do not fit are among what it finds")
        func broken() async throws {
            let home = try EmptyHome(#"{"rmp": 5}"#)
            let (status, diagnosis, _) = try await diagnosis(
                ["--headless", "--endpoint", "gemini"], ["HOME": home.path])
            #expect(status == .code(1))
            let missing = diagnosis.checks.filter { $0.state == "missing" }
            #expect(missing.map(\.name) == ["configuration", "options"])
            #expect(missing[0].found.contains("did you mean \"rpm\"?") && missing[1].found.contains("GEMINI_API_KEY"))
        }

        @Test("in a terminal each thing is a line with its sign, and a terminal that is too small is missing")
        func terminal() async throws {
            try await withTerminal(
                try Executable.path(), ["doctor", "--endpoint", "none", "--voice", "off"], size: TerminalSize(120, 8)
            ) { terminal in
                #expect(await terminal.ended() == .code(1))
                let text = terminal.screen.transcript.joined(separator: "\n")
                #expect(text.contains("✗ terminal      xterm-256color, 120x8"), "\(text)")
                #expect(text.contains("→ make it at least 40x10, or use --headless"))
                #expect(text.contains("Missing for these options: terminal."))
            }
            let changes = ["LANG": "C"].mapValues(Optional.some)
            try await withHeadless(["doctor", "--endpoint", "none", "--voice", "off"], environment: changes) { run in
                let (status, written) = await run.ended()
                #expect(status == .code(0))
                #expect(written.output.utf8.allSatisfy { $0 < 0x80 }, "\(written.output)")
            }
        }
    }
}
