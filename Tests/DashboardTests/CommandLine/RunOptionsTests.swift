import ArgumentParser
import Engine
import Testing

@testable import Dashboard

@Suite struct RunOptionsTests {
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
        let remote = try RunOptions.parse(["--endpoint", "http://127.0.0.1:9"]).settings(environment: ["GEMINI_API_KEY": "k"])
        #expect(remote.endpoint == .remote("http://127.0.0.1:9") && remote.apiKey == Secret("k"))
        let embedded = try RunOptions.parse(["--endpoint", "embedded"]).settings(environment: ["GEMINI_API_KEY": "k"])
        #expect(embedded.endpoint == .embedded && embedded.apiKey == nil)
    }

    @Test("Gemini without a key says what to set")
    func noKey() throws {
        let options = try RunOptions.parse(["--endpoint", "gemini"])
        #expect { try options.settings(environment: [:]) } throws: { "\($0)".contains("GEMINI_API_KEY") }
    }

    @Test("perspectives may be repeated")
    func perspectives() throws {
        let settings = try RunOptions.parse(["--perspective", "spatial", "--perspective", "strategic"]).settings(environment: [:])
        #expect(settings.effectivePerspectives == [.spatial, .strategic])
    }

    @Test(
        "a bad value is refused",
        arguments: [
            ["--mode", "both"], ["--duration", "soon"], ["--duration", "0"], ["--seed", "-1"], ["--frame-rate", "0"],
            ["--frame-rate", "nan"], ["--perspective", "upside-down"], ["--perspective", "spatial", "--perspective", "spatial"],
            ["--endpoint", "ftp://x"], ["--limit", "0"], ["--limit", "4", "--limit-per-host", "5"],
            ["--connect-timeout", "-1s"], ["--total-timeout", "0s"], ["--dns-ttl", "x"], ["--speed", "0"],
            ["--speed", "fast"], ["--no-such-flag"],
        ])
    func badValues(arguments: [String]) {
        #expect(throws: (any Error).self) { try RunOptions.parse(arguments) }
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
        #expect(SpeedOption(argument: "4") == SpeedOption(.realtime(4)))
        #expect(SpeedOption(argument: "4x") == SpeedOption(.realtime(4)))
        #expect(SpeedOption(argument: "max") == SpeedOption(.lockStep))
        #expect(SpeedOption(argument: "65") == nil)
    }
}
