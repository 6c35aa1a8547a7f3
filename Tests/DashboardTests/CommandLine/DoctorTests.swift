import Basics
import Canvas
import Metrics
import Connections
import Terminal
import Testing

@testable import Dashboard
@testable import Engine

@Suite("singularis doctor", .shared)
struct DoctorTests {
    private func facts(
        _ problem: TerminalError? = nil, type: String = "xterm-256color", drawnAs: String? = nil, colors: Int = 256,
        size: Size = Size(80, 24)
    ) -> TerminalFacts {
        TerminalFacts(
            problem: problem, type: type, drawnAs: drawnAs ?? type, colors: colors, size: size)
    }

    private func settings(_ arguments: String..., environment: [String: String] = [:]) throws -> Settings {
        try RunOptions.parse(arguments).settings(environment: environment)
    }

    @Test("only what the options need and is missing counts")
    func conclusion() {
        let good = Check.good("a", "there")
        let absent = Check.bad("b", "gone", isNeeded: false, remedy: "get it")
        let missing = Check.bad("c", "gone", isNeeded: true, remedy: "get it")
        #expect(Diagnosis([good, absent]).ok && !Diagnosis([good, missing]).ok)
        #expect(Diagnosis([absent, missing]).conclusion.contains("Missing for these options: c."))
        #expect(missing.lines(isASCII: false) == ["✗ c             gone", "                → get it"])
        #expect(absent.lines(isASCII: true) == ["- b             gone", "                > get it"])
    }

    @Test("a terminal must be one, known, and large enough, unless the run is headless")
    func terminal() {
        func state(_ facts: TerminalFacts, isHeadless: Bool = false) -> Check.State {
            MachineChecks.terminal(facts, isHeadless: isHeadless).state
        }
        #expect(state(facts()) == .good && state(facts(), isHeadless: true) == .absent)
        #expect(state(facts(.notATerminal("standard output"))) == .absent, "the run is headless by itself")
        #expect(state(facts(.termUnset)) == .missing && state(facts(.termUnset), isHeadless: true) == .absent)
        #expect(state(facts(size: Size(80, 9))) == .missing && state(facts(size: Size(39, 24))) == .missing)
        #expect(state(facts(size: Size(40, 10))) == .good)
        #expect(state(facts(type: "xterm-kitty", drawnAs: "xterm-256color")) == .absent)
    }

    @Test("colours are what TERM has, and NO_COLOR is told")
    func colors() {
        func check(_ colors: Int, _ environment: [String: String] = [:]) -> Check {
            MachineChecks.colors(facts(colors: colors), environment, asked: nil, isHeadless: false)
        }
        #expect(check(256).state == .good && check(8).state == .absent && check(0).found == "none (none by TERM)")
        #expect(check(256, ["COLORTERM": "truecolor"]).found == "24 bits (256 by TERM, COLORTERM=truecolor)")
        #expect(check(256, ["NO_COLOR": "1"]).remedy?.contains("NO_COLOR") == true)
        let asked = MachineChecks.colors(facts(colors: 256), ["NO_COLOR": "1"], asked: .eight, isHeadless: false)
        #expect(asked.state == .good && asked.found == "8 (256 by TERM, NO_COLOR=1)")
    }

    @Test("metrics need a port that is free, where they are asked for")
    func metrics() throws {
        #expect(MachineChecks.metrics(nil) == nil)
        #expect(MachineChecks.metrics(MetricsAddress("127.0.0.1:0"))?.state == .good)
        let elsewhere = try #require(MachineChecks.metrics(MetricsAddress("192.0.2.1:9464")))
        #expect(elsewhere.state == .missing && elsewhere.found.contains("192.0.2.1:9464"))
        #expect(MachineChecks.metrics(MetricsAddress("0.0.0.0:0"))?.found.contains("anybody who reaches") == true)
    }

    @Test("files that may be open are counted against the limit")
    func descriptors() throws {
        #expect(try settings("--endpoint", "none").descriptorsNeeded == 42)
        #expect(try settings("--limit", "20").descriptorsNeeded == 72, "the embedded model has the other ends")
        #expect(MachineChecks.descriptors(limit: 41, need: 42).state == .missing)
        #expect(MachineChecks.descriptors(limit: 42, need: 42).state == .good)
        #expect(MachineChecks.descriptors(limit: .max, need: 42).found == "no limit, 42 may be needed")
    }

    @Test("the journal's folder must be writable and have room, and is needed by who asks for it")
    func journal() {
        func check(_ free: Int?, isAsked: Bool = false) -> Check {
            MachineChecks.journal(.folder("/s"), isAsked: isAsked) {
                DiskFacts(folder: $0, free: free, why: "Read-only")
            }
        }
        #expect(check(1 << 30).state == .good)
        #expect(check(1 << 20).state == .absent && check(1 << 20).remedy?.contains("free some space") == true)
        #expect(check(nil).found.contains("Read-only") && check(nil, isAsked: true).state == .missing)
        #expect(MachineChecks.journal(.off, isAsked: true) { DiskFacts(folder: $0) }.remedy == nil)
        #expect(MachineChecks.journal(.off, isAsked: false) { DiskFacts(folder: $0) }.remedy?.contains("HOME") == true)
        let file = MachineChecks.journal(.file("/j/a.jsonl"), isAsked: true) { DiskFacts(folder: $0, free: 1 << 30) }
        #expect(file.found.hasSuffix("free for /j"))
        #expect((DiskFacts.read("/tmp/not/there/yet").free ?? 0) > 0)
        #expect(DiskFacts.read("/dev/null/a/b").why == "/dev/null is not a folder")
    }

    @Test("speech is needed by who names a voice, and by nobody else")
    func speech() throws {
        let (silent, named) = (try settings(), try settings("--voice", "Kore"))
        #expect(ModelChecks.player(silent, .noneInstalled).state == .absent)
        #expect(ModelChecks.player(named, .noneInstalled).state == .missing)
        #expect(ModelChecks.player(named, .fails("aplay: no device")).found == "aplay: no device")
        #expect(ModelChecks.player(named, .works("aplay")).found == "aplay works")
        #expect(ModelChecks.synthesizer(named, isInstalled: false).state == .missing)
        let remote = try settings("--voice", "Kore", "--endpoint", "http://127.0.0.1:9")
        #expect(ModelChecks.synthesizer(remote, isInstalled: false).state == .absent)
    }

    @Test("a key is told by the name of its variable only, and where one is not sent, why")
    func key() throws {
        let google = try settings(environment: ["GEMINI_API_KEY": "SEKRIT"])
        #expect(ModelChecks.key(google, fromFile: false).found == "GEMINI_API_KEY is set")
        #expect(ModelChecks.key(google, fromFile: true).found == "from the file of --key-file")
        let local = try settings("--endpoint", "http://127.0.0.1:9", environment: ["GEMINI_API_KEY": "SEKRIT"])
        let check = ModelChecks.key(local, fromFile: false)
        #expect(check.state == .absent && check.found.contains("goes to Google only"))
        #expect(!"\(check)".contains("SEKRIT"))
        #expect(try ModelChecks.key(settings(), fromFile: false).state == .absent)
    }

    @Test("an endpoint must answer; a model that it does not list is told with the near match")
    func endpoint() throws {
        struct Refused: Error {}
        let settings = try settings("--endpoint", "http://127.0.0.1:9", "--model", "lama")
        func check(_ names: [String]) -> Check {
            let answer = ModelChecks.Answer(
                shownURL: "http://127.0.0.1:9", api: .openai, models: names.map { ListedModel(name: $0) })
            return ModelChecks.endpoint(settings, .success(answer))
        }
        #expect(ModelChecks.endpoint(settings, .failure(Refused())).state == .missing)
        #expect(check(["lama"]).state == .good)
        #expect(check(["llama"]).state == .absent && check(["llama"]).remedy == "did you mean llama?")
        #expect(check(["llama"]).found.contains("answers (openai API, 1 model)"))
    }

    @Test("certificates are needed for https, and a file that holds none is told")
    func certificates() throws {
        typealias Store = TLSSettings.TrustStore
        let (https, http) = (try settings("--endpoint", "https://h.test"), try settings("--endpoint", "http://h.test"))
        let none = Store(system: nil, own: 0)
        #expect(ModelChecks.certificates(https, .success(none)).state == .missing)
        #expect(ModelChecks.certificates(http, .success(none)).state == .absent)
        #expect(ModelChecks.certificates(https, .success(Store(system: nil, own: 1))).found == "1 of your own")
        #expect(throws: TrustStoreError.self) { try TLSSettings(rootsFile: "/nonexistent").trustStore() }
        #expect(try TLSSettings().trustStore(systemFiles: []).system == nil)
    }
}
