import ArgumentParser
import Basics
import Configuration

/// What the options of a run are set to, and by whom: a flag goes before a variable, a variable before the file, the
/// file before the default.
///
/// What variables and the file say becomes arguments that are put in front of those that were given. So one parser
/// reads, checks and refuses all of them in one way, and knows nothing of where they come from.
struct Layers {
    /// Where a value comes from.
    enum Origin: Equatable {
        case standard
        case file(path: String, line: Int)
        case variable(String)
        case flag
    }

    struct Setting: Equatable {
        let option: OptionDeclaration
        let value: OptionValue
        let origin: Origin
    }

    /// The variables that begin as all do and are not the name of a flag.
    static let otherVariables = ["SINGULARIS_ASSETS", "SINGULARIS_CONFIG", "SINGULARIS_SERVE_KEY"]
    private static let prefix = "singularis"

    let file: ConfigurationFile?
    /// What was set besides the command line, and is not set there again.
    let configured: [Setting]
    /// What the operator should know: variables that look like ours and are not.
    let notices: [String]
    let given: GivenArguments

    /// - Throws: what is wrong with the file or a variable. Values are not checked yet.
    init(_ arguments: [String], environment: [String: String]) throws(ConfigurationError) {
        given = GivenArguments(arguments)
        file = try ConfigurationFile.find(named: given.value(of: "config"), environment: environment)
        let variables = environment.filter { name, value in
            name.hasPrefix("SINGULARIS_") && !value.isEmpty && !Self.otherVariables.contains(name)
        }
        // The usual case, which must not cost the time to ask what options there are.
        guard !variables.isEmpty || file?.entries?.isEmpty == false else {
            (configured, notices) = ([], [])
            return
        }
        var unknown = Set(variables.keys)
        let layers: [any ConfigProvider] = [
            EnvironmentVariablesProvider(environmentVariables: variables), Self.provider(of: file),
        ]
        var found: [Setting] = []
        for option in OptionDeclaration.all {
            for layer in layers {
                let key = Self.key(option)
                let result: LookupResult
                do {
                    result = try layer.value(forKey: key, type: option.type)
                } catch {
                    // Only a variable's text can be of another type: the file's values were made to fit.
                    throw ConfigurationError(Self.variable(option), "must be true, false, 1, 0, yes or no")
                }
                unknown.remove(result.encodedKey)
                guard let value = result.value.flatMap({ OptionValue($0.content) }) else { continue }
                let entry = file?.entries?.first { $0.option == option }
                let origin = layer is EnvironmentVariablesProvider
                    ? Origin.variable(result.encodedKey) : .file(path: file?.path ?? "", line: entry?.line ?? 0)
                found.append(Setting(option: option, value: value, origin: origin))
                break
            }
        }
        configured = Self.effective(found, given)
        notices = unknown.sorted().map(Self.notice)
    }

    /// The arguments that say all of it.
    var arguments: [String] { configured.flatMap { $0.option.arguments($0.value) } + given.all }

    /// Every option, in the order of `--help`, and what it is set to; `nil` where it is not.
    var all: [(option: OptionDeclaration, value: OptionValue?, origin: Origin)] {
        OptionDeclaration.all.map { option in
            if let value = given.value(of: option) { return (option, value, .flag) }
            if let setting = configured.first(where: { $0.option == option }) {
                return (option, setting.value, setting.origin)
            }
            return (option, option.defaultOptionValue, .standard)
        }
    }

    /// Leaves out what is given on the command line, and what it makes meaningless there or in a layer above.
    private static func effective(_ found: [Setting], _ given: GivenArguments) -> [Setting] {
        func rank(_ origin: Origin) -> Int {
            switch origin {
            case .standard: 0
            case .file: 1
            case .variable: 2
            case .flag: 3
            }
        }
        return found.filter { setting in
            if given.value(of: setting.option) != nil { return false }
            let others = RunOptions.alternatives.first { $0.contains(setting.option.name) } ?? []
            return !OptionDeclaration.all.contains { other in
                guard other != setting.option, others.contains(other.name) else { return false }
                if given.value(of: other) == .flag(true) { return true }
                return found.contains {
                    $0.option == other && $0.value == .flag(true) && rank($0.origin) > rank(setting.origin)
                }
            }
        }
    }

    private static func provider(of file: ConfigurationFile?) -> InMemoryProvider {
        let values = (file?.entries ?? []).map { (key($0.option), ConfigValue($0.value.content, isSecret: false)) }
        return InMemoryProvider(name: file?.path, values: Dictionary(values) { first, _ in first })
    }

    private static func key(_ option: OptionDeclaration) -> AbsoluteConfigKey { [prefix, option.name] }

    /// The variable of an option, as the library spells it.
    static func variable(_ option: OptionDeclaration) -> String {
        let names = EnvironmentVariablesProvider(environmentVariables: [:])
        return (try? names.value(forKey: key(option), type: .string).encodedKey) ?? option.name
    }

    private static func notice(_ name: String) -> String {
        let start = "SINGULARIS_"
        let names = (OptionDeclaration.all.map(variable) + otherVariables).map { String($0.dropFirst(start.count)) }
        let near = NearMatches.of(String(name.dropFirst(start.count)), in: names, count: 1)
        let hint = near.first.map { "; did you mean \(start)\($0)?" } ?? ""
        return "\(name) is set, and no option has that name\(hint)"
    }
}

extension OptionDeclaration {
    fileprivate var type: ConfigType {
        switch kind {
        case .flag: .bool
        case .value: .string
        case .list: .stringArray
        }
    }

    fileprivate var defaultOptionValue: OptionValue? {
        if case .flag = kind { return .flag(defaultValue == "true") }
        return defaultValue.map(OptionValue.text)
    }
}

extension OptionValue {
    fileprivate init?(_ content: ConfigContent) {
        switch content {
        case .bool(let isOn): self = .flag(isOn)
        case .string(let text): self = .text(text)
        case .stringArray(let texts): self = .list(texts)
        default: return nil
        }
    }

    fileprivate var content: ConfigContent {
        switch self {
        case .flag(let isOn): .bool(isOn)
        case .text(let text): .string(text)
        case .list(let texts): .stringArray(texts)
        }
    }
}
