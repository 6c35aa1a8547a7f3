import ArgumentParser
import Basics
import Connections
import Desktop
import EmbeddedModel
import FoundationEssentials
import Games
import Testing
import Vision

@testable import Dashboard
@testable import Engine
@testable import Record

@Suite(.shared) struct RunOptionsTests {
    @Test("without flags the mission's limits and the embedded model are used")
    func defaults() throws {
        let settings = try RunOptions.parse([]).settings(environment: [:])
        #expect(settings.pool == PoolSettings())
        #expect(settings.pool.limit == 10 && settings.pool.limitPerHost == 5 && settings.pool.forceClose)
        #expect(settings.endpoint == .embedded)
        #expect(settings.mode == .parallel)
        #expect(settings.effectivePerspectives == [.tactical, .spatial, .narrative])
    }

    @Test("a key in the environment selects Gemini, and one comprehensive perspective")
    func key() throws {
        let settings = try RunOptions.parse([]).settings(environment: ["GEMINI_API_KEY": "k"])
        #expect(settings.endpoint == .remote(Settings.geminiURL))
        #expect(settings.apiKey == Secret("k"))
        #expect(settings.effectivePerspectives == [.comprehensive])
    }

    @Test("a key goes to the endpoint that is named, and not to the embedded model")
    func keyAndEndpoint() throws {
        let remote = try RunOptions.parse(["--endpoint", "http://127.0.0.1:9", "--api", "gemini"])
            .settings(environment: ["GEMINI_API_KEY": "k"])
        #expect(remote.endpoint == .remote("http://127.0.0.1:9") && remote.apiKey == Secret("k"))
        let embedded = try RunOptions.parse(["--endpoint", "embedded"]).settings(environment: ["GEMINI_API_KEY": "k"])
        #expect(embedded.endpoint == .embedded && embedded.apiKey == nil)
    }

    @Test("Gemini without a key says what to set")
    func noKey() throws {
        let options = try RunOptions.parse(["--endpoint", "gemini"])
        #expect { try options.settings(environment: [:]) } throws: { "\($0)".contains("GEMINI_API_KEY") }
    }

    @Test("a voice is taken in any case; off is off; without one the endpoint decides")
    func voice() throws {
        #expect(try RunOptions.parse(["--voice", "puck"]).settings(environment: [:]).voice == .named("Puck"))
        #expect(try RunOptions.parse(["--voice", "off"]).settings(environment: [:]).voice == .off)
        let settings = try RunOptions.parse([]).settings(environment: ["PATH": "/bin", "SOME_KEY": "k"])
        #expect(settings.voice == .automatic && settings.childEnvironment == ["PATH": "/bin"])
    }

    @Test("metrics are served where it is said, and not at all otherwise; off undoes what a file says")
    func metrics() throws {
        #expect(try RunOptions.parse([]).settings(environment: [:]).metrics == nil)
        #expect(try RunOptions.parse(["--metrics", "off"]).settings(environment: [:]).metrics == nil)
        let settings = try RunOptions.parse(["--metrics", ":9464"]).settings(environment: [:])
        #expect(settings.metrics?.address.description == "127.0.0.1:9464")
        #expect(settings.metrics.map { Singularis.configuration.version.hasSuffix($0.version) } == true)
        #expect { try RunOptions.parse(["--metrics", "example.org:9464"]) } throws: {
            RunOptions.message(for: $0).contains("an IP address and a port, such as 127.0.0.1:9464")
        }
    }

    @Test("an unknown voice is refused with those that may have been meant")
    func unknownVoice() {
        #expect { try RunOptions.parse(["--voice", "kroe"]) } throws: {
            RunOptions.message(for: $0).contains("did you mean Kore")
        }
        #expect { try RunOptions.parse(["--voice", "xyzzy"]) } throws: {
            RunOptions.message(for: $0).contains("known are off, Zephyr, Puck")
        }
    }

    @Test("faults are read, and need the embedded model")
    func faults() throws {
        let settings = try RunOptions.parse(["--model-fault", "hang=0.5"]).settings(environment: [:])
        #expect(settings.modelFaults.fault(at: 0.4) == .hang)
        let remote = try RunOptions.parse(["--model-fault", "hang=0.5", "--endpoint", "http://127.0.0.1:9"])
        #expect(throws: (any Error).self) { try remote.settings(environment: [:]) }
    }

    @Test("the API is guessed from the address unless it is named, and each has a key of its own")
    func keysOfAPIs() throws {
        let environment = ["GEMINI_API_KEY": "g", "OPENAI_API_KEY": "o"]
        func settings(_ arguments: String...) throws -> Settings {
            try RunOptions.parse(arguments).settings(environment: environment)
        }
        #expect(try settings("--endpoint", "http://h:8080/v1").apiKey == Secret("o"))
        #expect(try settings("--endpoint", "http://h:8080", "--api", "gemini").apiKey == Secret("g"))
        #expect(try settings("--endpoint", "http://h:8080", "--api", "openai").apiKey == Secret("o"))
        // A local server is never sent a key that is not meant for it.
        let other = try RunOptions.parse(["--endpoint", "http://h/v1"]).settings(environment: ["GEMINI_API_KEY": "g"])
        #expect(other.apiKey == nil)
    }

    @Test(
        "a Google key in the environment goes to Google alone, unless --api or a key file means somebody else",
        arguments: [
            ("http://h:8080", false), ("http://127.0.0.1:8080", false), ("https://h.test", false),
            ("http://generativelanguage.googleapis.com", false),
            ("https://generativelanguage.googleapis.com.h.test", false),
            ("https://generativelanguage.googleapis.com", true),
            ("https://GenerativeLanguage.googleapis.com/v1beta", true),
        ])
    func googleKey(url: String, isSent: Bool) throws {
        let environment = ["GEMINI_API_KEY": "k", "HOME": "/home/a"]
        let settings = try RunOptions.parse(["--endpoint", url]).settings(environment: environment)
        #expect(settings.apiKey == (isSent ? Secret("k") : nil))
        #expect(settings.notices.count == (isSent ? 0 : 1))
        #expect(settings.notices.allSatisfy { $0.contains("--api gemini") })
        #expect(try RunOptions.parse(["--endpoint", url]).settings(environment: ["HOME": "/home/a"]).notices.isEmpty)
        let named = try RunOptions.parse(["--endpoint", url, "--api", "gemini"]).settings(environment: environment)
        #expect(named.apiKey == Secret("k") && named.notices.isEmpty)
    }

    @Test(
        "a key in the URL is refused, and not repeated",
        arguments: ["http://h/v1?key=SEKRIT", "https://h?key=SEKRIT", "http://h/v1#SEKRIT", "http://SEKRIT@h/v1"])
    func keyInURL(url: String) {
        #expect { try RunOptions.parse(["--endpoint", url]) } throws: { error in
            let text = RunOptions.message(for: error)
            return text.contains("--key-file") && text.contains("http://127.0.0.1:8080/v1") && !text.contains("SEKRIT")
        }
    }

    @Test("a key file is read to the end of its first line, by a run as by serve, and its content is in no error")
    func keyFile() throws {
        let path = FileManager.default.temporaryDirectory.path + "/key-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(FileManager.default.createFile(atPath: path, contents: Data("  AIza-k \nrest".utf8)))
        let settings = try RunOptions.parse(["--key-file", path]).settings(environment: [:])
        #expect(settings.apiKey == Secret("AIza-k") && settings.endpoint == .remote(Settings.geminiURL))
        let served = try Serve.parse(["--key-file", path]).configuration(environment: [:])
        #expect(served.key == Secret("AIza-k"))
        let missing = try RunOptions.parse(["--key-file", path + "-not"])
        #expect { try missing.settings(environment: [:]) } throws: { "\($0)".contains("cannot be read") }
    }

    @Test("limits, budget and price")
    func account() throws {
        let settings = try RunOptions.parse([
            "--rpm", "5", "--rpd", "20", "--budget", "$0.50", "--price", "0.3/2.5", "--api-version", "v1",
        ]).settings(environment: [:])
        #expect(settings.account.limits == .init(perMinute: 5, perDay: 20))
        #expect(settings.account.budget == Money(nanodollars: 500_000_000))
        #expect(settings.account.price == Price(input: 300, output: 2500))
        #expect(settings.apiVersion == "v1")
    }

    @Test("perspectives may be repeated")
    func perspectives() throws {
        let settings = try RunOptions.parse(["--perspective", "spatial", "--perspective", "strategic"])
            .settings(environment: [:])
        #expect(settings.effectivePerspectives == [.spatial, .strategic])
    }

    @Test(
        "a bad value is refused",
        arguments: [
            ["--mode", "both"], ["--duration", "soon"], ["--duration", "0"], ["--seed", "-1"], ["--frame-rate", "0"],
            ["--frame-rate", "nan"], ["--perspective", "upside-down"],
            ["--perspective", "spatial", "--perspective", "spatial"],
            ["--endpoint", "ftp://x"], ["--limit", "0"], ["--limit", "4", "--limit-per-host", "5"],
            ["--rpm", "0"], ["--rpd", "-1"], ["--budget", "0"], ["--budget", "five"], ["--price", "1"],
            ["--api", "grpc"],
            ["--api-version", "v9"], ["--endpoint", "gemini", "--api", "openai"],
            ["--connect-timeout", "-1s"], ["--total-timeout", "0s"], ["--dns-ttl", "x"], ["--speed", "0"],
            ["--speed", "fast"], ["--no-such-flag"],
        ])
    func badValues(arguments: [String]) {
        #expect(throws: (any Error).self) { try RunOptions.parse(arguments) }
    }

    @Test(
        "a bad value is refused in one line that names its option",
        arguments: [
            ("--mode", ["sideways", ""]), ("--duration", ["soon", "-5s", "0s"]), ("--seed", ["x", "-1"]),
            ("--frame-rate", ["0", "-1", "often", "nan"]), ("--perspective", ["psychic"]),
            ("--endpoint", ["ftp://example.com", "not a url", "http://", "http://h:99999"]),
            ("--limit", ["0", "-1", "many"]),
            ("--limit-per-host", ["0", "x"]), ("--connect-timeout", ["0s", "x"]), ("--total-timeout", ["-1s", "x"]),
            ("--model-fault", ["", "hang", "hnag=0.1", "hang=2"]), ("--voice", ["", "nobody"]),
            ("--dns-ttl", ["-1s", "x"]), ("--speed", ["0", "-1", "fast", "inf"]),
        ])
    func badValue(option: String, values: [String]) {
        for value in values {
            #expect("\(value)") {
                try RunOptions.parse([option + "=" + value]).settings(environment: [:])
            } throws: { error in
                let text = RunOptions.message(for: error)
                return text.contains(option) && !text.contains("\n")
            }
        }
    }

    @Test(
        "times are read with their unit",
        arguments: zip(
            ["250ms", "90", "90s", "5m", "1.5h"],
            [Duration.milliseconds(250), .seconds(90), .seconds(90), .seconds(300), .seconds(5400)]))
    func times(text: String, duration: Duration) {
        #expect(TimeSpan(argument: text) == TimeSpan(duration))
    }

    @Test("times that make no sense are refused", arguments: ["", "s", "-5s", "5 s", "1e9h", "nan", "5x"])
    func badTimes(text: String) {
        #expect(TimeSpan(argument: text) == nil)
    }

    @Test("speed is a factor or max")
    func speed() {
        #expect(GameSpeed(argument: "4") == .realtime(4))
        #expect(GameSpeed(argument: "4x") == .realtime(4))
        #expect(GameSpeed(argument: "max") == .lockStep)
        #expect(GameSpeed(argument: "65") == nil)
    }

    @Test("connections are closed after each request unless they are to be kept")
    func keepAlive() throws {
        let kept = try RunOptions.parse(["--keep-alive", "--idle-timeout", "5s"]).settings(environment: [:])
        #expect(!kept.pool.forceClose && kept.pool.idleTimeout == .seconds(5))
    }

    @Test("certificates to trust come from the flag, or from the environment")
    func certificates() throws {
        let environment = ["SSL_CERT_FILE": "/etc/other.pem"]
        #expect(try RunOptions.parse([]).settings(environment: environment).tls.rootsFile == "/etc/other.pem")
        let named = try RunOptions.parse(["--ca-file", "/etc/hosts"]).settings(environment: environment)
        #expect(named.tls.rootsFile == "/etc/hosts")
        #expect { try RunOptions.parse(["--ca-file", "/no/such.pem"]) } throws: { "\($0)".contains("cannot be read") }
    }

    @Test("a proxy comes from the environment, and one that cannot be used is refused where it would be")
    func proxy() throws {
        let options = try RunOptions.parse(["--endpoint", "https://a.test"])
        let settings = try options.settings(environment: ["https_proxy": "http://proxy.test:3128"])
        #expect(settings.proxy.https?.host == "proxy.test" && settings.proxy.https?.port == 3128)
        #expect {
            try options.settings(environment: ["HTTPS_PROXY": "socks5://proxy.test"])
        } throws: {
            "\($0)".contains("HTTPS_PROXY")
        }
        let bypassed = ["HTTPS_PROXY": "socks5://proxy.test", "NO_PROXY": "a.test"]
        #expect(throws: Never.self) { try options.settings(environment: bypassed) }
        #expect(throws: Never.self) { try RunOptions.parse([]).settings(environment: bypassed) }
    }

    @Test("a window's title is taken letter by letter, and no real game is played without a watchdog")
    func window() throws {
        let options = try RunOptions.parse(["--game", "desktop", "--window", "Doom (2.0)"])
        guard case .desktop(let choice) = try options.settings(environment: ["DISPLAY": ":1"]).game else {
            Issue.record("no real game was chosen")
            return
        }
        #expect(choice.plan.profile.window == WindowMatch(title: "Doom (2.0)"))
        #expect(choice.plan.watchdog?.hasPrefix("/") == true)
        #expect { try RunOptions.parse(["--game", "desktop", "--window", ""]) } throws: { "\($0)".contains("--window") }
    }

    @Test("a model's other name that no path can hold is refused", arguments: ["llama3:8b", "org/model", ""])
    func unreachableAlias(name: String) {
        #expect(throws: (any Error).self) { try Serve.parse(["--model-alias", name]) }
        #expect(throws: Never.self) { try Serve.parse(["--model-alias", "gpt-4o"]) }
    }

    @Test("a video is named behind --game video, asks no model of itself, and takes nothing of a game that is played")
    func video() throws {
        let settings = try RunOptions.parse(["--game", "video", "clip.mkv", "--dry-run"]).settings(environment: [:])
        guard case .video(let plan) = settings.game else { throw ValidationError("no video") }
        #expect(plan.source.name == "clip.mkv" && plan.facts == nil)
        #expect(settings.endpoint == .none && !settings.dryRun)
        let asked = try RunOptions.parse(["--game", "video", "clip.mkv", "--endpoint", "embedded"])
        #expect(try asked.settings(environment: [:]).endpoint == .embedded)
        for (arguments, words) in [
            ([], "name what to watch: --game video FILE"), (["--", "-y"], nil),
            (["clip.mkv", "--live"], "--live is for"),
            (["clip.mkv", "--speed", "2"], "--speed is for"), (["gopher://x"], "gopher:// is not watched"),
        ] as [([String], String?)] {
            let options = try RunOptions.parse(["--game", "video"] + arguments)
            guard let words else {
                _ = try options.settings(environment: [:])
                continue
            }
            #expect { try options.settings(environment: [:]) } throws: { "\($0)".contains(words) }
        }
        #expect { try RunOptions.parse(["clip.mkv"]) } throws: {
            RunOptions.message(for: $0).contains("Unexpected argument 'clip.mkv': only --game video")
        }
    }
}
