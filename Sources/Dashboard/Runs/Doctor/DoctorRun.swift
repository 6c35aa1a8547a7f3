import Basics
import Canvas
import Connections
import EmbeddedModel
import Engine
import Record
import Glibc
import Journal
import Metrics
import Terminal

/// Looks at everything that a run with the given options would use, and tells of each thing as soon as it is known.
struct DoctorRun {
    let environment: [String: String]
    let tell: (Check) -> Void
    private(set) var checks: [Check] = []

    init(environment: [String: String], tell: @escaping (Check) -> Void) {
        self.environment = environment
        self.tell = tell
    }

    private mutating func add(_ check: Check?) {
        guard let check else { return }
        checks.append(check)
        tell(check)
    }

    /// A configuration that cannot be read: the rest is looked at without it.
    mutating func broken(_ error: any Error) {
        let remedy = "correct it; `singularis config --help` says how"
        add(.bad("configuration", "\(error)", isNeeded: true, remedy: remedy))
    }

    mutating func configuration(_ file: ConfigurationFile?) { add(MachineChecks.configuration(file)) }

    /// Blocks the calling thread, for as long as the timeouts of the options allow the endpoint.
    mutating func run(_ options: RunOptions, _ settings: Result<Settings, any Error>, message: (any Error) -> String) {
        add(MachineChecks.assets(assets(options)))
        let facts = TerminalFacts.read(environment)
        let isHeadless = options.output.headless
        add(MachineChecks.terminal(facts, isHeadless: isHeadless))
        add(MachineChecks.colors(facts, environment, asked: options.display.color.depth, isHeadless: isHeadless))
        add(MachineChecks.locale(isUTF8: !CursesTerminal.glyphs(environment).isASCII, environment))
        let journal = options.journal.settings(environment: environment, version: "").target
        add(MachineChecks.journal(journal, isAsked: options.journal.journal != nil) { DiskFacts.read($0) })
        add(MachineChecks.report(options.output.report))
        add(MachineChecks.metrics(options.output.metricsSettings(version: "")?.address))
        switch settings {
        case .failure(let error): add(.bad("options", message(error), isNeeded: true, remedy: nil))
        case .success(let settings): model(settings, options)
        }
    }

    private mutating func model(_ settings: Settings, _ options: RunOptions) {
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            add(MachineChecks.descriptors(limit: UInt64(limit.rlim_cur), need: settings.descriptorsNeeded))
        }
        // What follows starts event loops and processes, which would end the program.
        guard (try? DescriptorLimit.check()) != nil else { return }
        if settings.voice == .off {
            add(.idle("audio player", "not needed with --voice off"))
        } else {
            let trial = blockOn { await PlayerTrial.run(environment: settings.childEnvironment) }
            add(ModelChecks.player(settings, trial))
            let isInstalled = SpeechSynthesizer(environment: settings.childEnvironment) != nil
            add(ModelChecks.synthesizer(settings, isInstalled: isInstalled))
        }
        add(ModelChecks.key(settings, fromFile: options.endpoint.keyFile != nil))
        add(ModelChecks.certificates(settings, Result { () throws(TrustStoreError) in try settings.tls.trustStore() }))
        if settings.endpoint == .none { return add(.idle("endpoint", "nobody is asked")) }
        let answer = Result {
            let (endpoint, models) = try blockOn { try await ModelCatalog.read(settings) }
            return ModelChecks.Answer(shownURL: endpoint.shownURL, api: endpoint.api, models: models)
        }
        add(ModelChecks.endpoint(settings, answer))
    }

    /// The folder, and what is wrong with files that a run can do without.
    private func assets(_ options: RunOptions) -> Result<(root: String, broken: [String]), any Error> {
        Result {
            let assets = try Assets.find(environment: environment)
            _ = try Prompts(assets)
            _ = try KeyTable(named: "embedded", assets: assets)
            _ = try assets.json(PriceTable.self, "prices.json")
            return (assets.root, try options.display.themes(assets).broken)
        }
    }
}
