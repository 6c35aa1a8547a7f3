import ArgumentParser
import FoundationEssentials
import Testing

@testable import Dashboard
@testable import Engine

/// A configuration file of its own, gone with the value that made it.
final class TemporaryConfiguration {
    let path: String

    init(_ text: String) {
        path = FileManager.default.temporaryDirectory.path + "/config-\(UUID().uuidString).json"
        _ = FileManager.default.createFile(atPath: path, contents: Data(text.utf8))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite("Layers of options", .shared)
struct LayersTests {
    /// What a run is started with.
    private func options(
        _ arguments: [String] = [], file text: String? = nil, _ environment: [String: String] = [:]
    ) throws -> RunOptions {
        let file = text.map(TemporaryConfiguration.init)
        let named = file.map { ["--config", $0.path] } ?? []
        return try Layers.parse(Singularis.self, arguments + named, environment: environment).command.options
    }

    /// What is wrong with it, the file being called `F`.
    private func mistake(
        _ arguments: [String] = [], file text: String? = nil, _ environment: [String: String] = [:]
    ) -> String {
        let file = text.map(TemporaryConfiguration.init)
        let named = file.map { ["--config", $0.path] } ?? []
        do {
            let (command, layers) = try Layers.parse(Singularis.self, arguments + named, environment: environment)
            _ = try layers.settings(command.options, environment: environment)
            return ""
        } catch {
            let text = error is ConfigurationError ? "\(error)" : Singularis.message(for: error)
            return file.map { text.replacing($0.path, with: "F") } ?? text
        }
    }

    @Test("a flag goes before a variable, a variable before the file, the file before the default")
    func order() throws {
        let file = #"{"rpm": 1, "headless": true, "perspective": ["spatial", "tactical"], "theme": "light"}"#
        let variables = [
            "SINGULARIS_RPM": "2", "SINGULARIS_HEADLESS": "false", "SINGULARIS_PERSPECTIVE": "narrative,strategic",
        ]
        let flags = ["--rpm", "3", "--headless", "--perspective", "comprehensive"]
        let defaults = try options()
        #expect(defaults.account.rpm == nil && !defaults.output.headless && defaults.endpoint.perspective == [])
        let fromFile = try options(file: file)
        #expect(fromFile.account.rpm == 1 && fromFile.output.headless && fromFile.display.theme == "light")
        #expect(fromFile.endpoint.perspective == [.spatial, .tactical])
        let fromVariables = try options(file: file, variables)
        #expect(fromVariables.account.rpm == 2 && !fromVariables.output.headless)
        #expect(fromVariables.endpoint.perspective == [.narrative, .strategic])
        #expect(fromVariables.display.theme == "light", "what only the file says still holds")
        let given = try options(flags, file: file, variables)
        #expect(given.account.rpm == 3 && given.output.headless && given.endpoint.perspective == [.comprehensive])
    }

    @Test("a flag that a lower layer turns on is turned off by a higher one")
    func off() throws {
        let file = #"{"headless": true, "wait": false}"#
        #expect(try options(["--no-headless", "--wait"], file: file).output.headless == false)
        #expect(try options(["--no-headless", "--wait"], file: file).output.wait)
        #expect(try options(["--no-headless"], [ "SINGULARIS_HEADLESS": "1"]).output.headless == false)
        #expect(try options(file: file, ["SINGULARIS_HEADLESS": "no"]).output.headless == false)
        #expect(try options(file: file).output.wait == false)
    }

    @Test("every flag of a run can be turned off on the command line")
    func negatives() {
        for option in OptionDeclaration.all {
            if case .flag(let negative) = option.kind {
                #expect(negative != nil, "\(option.flag) needs inversion: .prefixedNo")
            }
        }
    }

    @Test("every option of a run has a variable, and its own is what sets it")
    func variables() throws {
        let values = ["picture-rate": "7", "dns-ttl": "9s", "limit": "3", "keep-alive": "yes", "seed": "5"]
        let names = Set(OptionDeclaration.all.map(\.name))
        #expect(names.isSuperset(of: values.keys) && names.isDisjoint(with: RunOptions.onlyOnTheCommandLine))
        #expect(names.isDisjoint(with: ["fail-after", "crash"]), "what is hidden is not configured")
        let environment = Dictionary(
            uniqueKeysWithValues: OptionDeclaration.all.compactMap { option in
                values[option.name].map { (Layers.variable(option), $0) }
            })
        #expect(environment["SINGULARIS_PICTURE_RATE"] == "7" && environment["SINGULARIS_DNS_TTL"] == "9s")
        let options = try options([], environment)
        #expect(options.display.pictureRate == 7 && options.connections.dnsTTL == TimeSpan(.seconds(9)))
        #expect(options.connections.limit == 3 && options.connections.keepAlive && options.game.seed == 5)
    }

    @Test("of flags of which one is meant, the one of the higher layer replaces the other")
    func alternatives() throws {
        #expect(try options(["--plain"], file: #"{"ascii": true}"#).display.glyphs?.isASCII == false)
        #expect(try options(file: #"{"ascii": true}"#, ["SINGULARIS_PLAIN": "true"]).display.glyphs?.isPlain == true)
        #expect(try options(["--no-plain"], file: #"{"ascii": true}"#).display.glyphs?.isASCII == true)
        for name in RunOptions.alternatives.joined() {
            #expect(OptionDeclaration.all.contains { $0.name == name }, "\(name)")
        }
    }

    @Test("an empty variable counts as none, and a value may begin with a dash or hold =")
    func values() throws {
        #expect(try options([], ["SINGULARIS_RPM": "", "SINGULARIS_CONFIG": ""]).account.rpm == nil)
        #expect(try options([], ["SINGULARIS_MODEL": "--model=x"]).endpoint.model == "--model=x")
        #expect(try options([], file: #"{"model": "-m"}"#).endpoint.model == "-m")
    }

    @Test(
        "a bad value names the file with its line, or the variable, and says what the command line would say",
        arguments: [
            ("{\n\"rpm\": \"five\"}", [:], "F, line 2: rpm: The value 'five' is invalid for '--rpm <requests>'"),
            ("{\n\n\"seed\": -1}", [:], "F, line 3: seed: The value '-1'"),
            (#"{"voice": "kroe"}"#, [:], "F, line 1: voice: The value 'kroe' is invalid for '--voice <name>': "),
            (#"{"fps": 99}"#, [:], "F, line 1: fps: --fps must be between 1 and 30."),
            (nil, ["SINGULARIS_RPM": "0"], "SINGULARIS_RPM: --rpm must be at least 1."),
            (nil, ["SINGULARIS_THEME": "dark", "SINGULARIS_COLOR": "many"], "SINGULARIS_COLOR: The value 'many'"),
            (nil, ["SINGULARIS_HEADLESS": "maybe"], "SINGULARIS_HEADLESS: must be true, false, 1, 0, yes or no"),
            (nil, ["SINGULARIS_PERSPECTIVE": "spatial,psychic"], "SINGULARIS_PERSPECTIVE: The value 'psychic'"),
            (#"{"rpm": 5}"#, ["SINGULARIS_RPM": "x"], "SINGULARIS_RPM: The value 'x'"),
        ] as [(String?, [String: String], String)])
    func badValue(file: String?, environment: [String: String], words: String) {
        let text = mistake(file: file, environment)
        #expect(text.hasPrefix(words), "\(text)")
        #expect(!text.contains("\n"))
    }

    @Test("what only the command line is to blame for is said as without a configuration")
    func ownMistake() {
        let text = mistake(["--rpm", "x"], file: #"{"fps": 5}"#)
        #expect(text == "The value 'x' is invalid for '--rpm <requests>'")
    }

    @Test("what does not fit together names where its parts are set")
    func combinations() {
        let limits = mistake(["--limit", "3"], file: "{\n\"limit-per-host\": 5}")
        #expect(limits.contains("between 1 and --limit (3)"))
        #expect(limits.hasSuffix("(--limit-per-host is from F, line 2)"), "\(limits)")
        let faults = mistake(["--endpoint", "http://127.0.0.1:9"], [ "SINGULARIS_MODEL_FAULT": "hang=1"])
        #expect(faults.contains("--model-fault is from SINGULARIS_MODEL_FAULT"), "\(faults)")
    }

    @Test("what is wrong alone and right with another is no mistake, and not blamed for one")
    func together() throws {
        #expect(try options(file: #"{"limit-per-host": 12, "limit": 20}"#).connections.limitPerHost == 12)
        let text = mistake(file: "{\"limit-per-host\": 12, \"limit\": 20,\n\"rpm\": 0}")
        #expect(text.hasPrefix("F, line 2: rpm:"), "\(text)")
    }

    @Test("a variable that is no option's is told with the near match; the program's other variables are not")
    func unknownVariables() throws {
        let environment = [
            "SINGULARIS_PICTURERATE": "3", "SINGULARIS_ASSETS": "/a", "SINGULARIS_SERVE_KEY": "k", "SINGULAR": "x",
            "SINGULARIS_LIST_MODELS": "1",
        ]
        let notices = try Layers([], environment: environment).notices
        #expect(notices.count == 2)
        #expect(notices.contains { $0.hasPrefix("SINGULARIS_PICTURERATE") && $0.hasSuffix("SINGULARIS_PICTURE_RATE?") })
        #expect(notices.contains { $0.hasPrefix("SINGULARIS_LIST_MODELS is set") })
    }

    @Test("help and version are printed however broken the configuration is", arguments: ["--help", "--version"])
    func cleanExits(argument: String) {
        for environment in [["SINGULARIS_CONFIG": "/nonexistent"], ["SINGULARIS_RPM": "x"]] {
            #expect {
                try Layers.parse(Singularis.self, [argument], environment: environment)
            } throws: {
                Singularis.exitCode(for: $0) == .success
            }
        }
    }
}

@Suite("Commands", .shared)
struct CommandsTests {
    private func chosen(_ arguments: String...) throws -> (name: String, arguments: [String]) {
        let (command, rest) = try Commands.choose(arguments)
        return (command._commandName, rest)
    }

    @Test("the first word chooses, and the rest is that command's")
    func choice() throws {
        #expect(try chosen() == ("singularis", []))
        #expect(try chosen("--rpm", "5") == ("singularis", ["--rpm", "5"]))
        #expect(try chosen("config", "--rpm", "5") == ("config", ["--rpm", "5"]))
        #expect(try chosen("serve", "doctor") == ("serve", ["doctor"]))
        #expect(try chosen("help") == ("singularis", ["--help"]))
        #expect(try chosen("help", "doctor") == ("doctor", ["--help"]))
    }

    @Test("an unknown one is told with the near match, or with those there are")
    func unknown() {
        #expect { try chosen("confg") } throws: { "\($0)".contains("did you mean config?") }
        #expect { try chosen("xyzzy") } throws: {
            "\($0)".contains("known are replay, sessions, report, config, doctor, serve")
        }
        #expect { try chosen("help", "doktor") } throws: { "\($0)".contains("did you mean doctor?") }
    }

    @Test("a command behind options is told to come first")
    func late() {
        #expect { try Singularis.parsed(["--rpm", "5", "config"]) } throws: {
            Singularis.message(for: $0).contains("the command comes first: singularis config")
        }
    }
}
