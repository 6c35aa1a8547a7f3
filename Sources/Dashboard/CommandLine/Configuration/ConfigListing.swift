import Basics
import Canvas
import Connections
import Engine
import Vision

/// What every option is set to and by whom, as a table or as JSON. No key of an API is in it.
struct ConfigListing: Encodable {
    struct Row: Encodable {
        let name: String
        let group: String
        /// `nil`: nothing is set, which is a value too.
        let value: OptionValue?
        let source: String
        var variable: String?
        var path: String?
        var line: Int?

        enum CodingKeys: CodingKey { case name, group, value, source, variable, path, line }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(group, forKey: .group)
            // Always there, so that a script need not ask for it.
            try container.encode(value, forKey: .value)
            try container.encode(source, forKey: .source)
            try container.encodeIfPresent(variable, forKey: .variable)
            try container.encodeIfPresent(path, forKey: .path)
            try container.encodeIfPresent(line, forKey: .line)
        }
    }

    struct File: Encodable {
        let path: String
        let found: Bool
    }

    let file: File?
    let options: [Row]
    /// The variables of keys, and whether they are set.
    let keys: [String: Bool]
    let notices: [String]

    init(_ layers: Layers, _ settings: Settings, environment: [String: String]) {
        file = layers.file.map { File(path: $0.path, found: $0.entries != nil) }
        let computed = Self.computed(settings)
        options = layers.all.map { option, value, origin in
            var row = Row(
                name: option.name, group: option.group,
                value: (value ?? computed[option.name]).map { Self.shown($0, of: option) }, source: origin.word)
            switch origin {
            case .standard, .flag: break
            case .variable(let name): row.variable = name
            case .file(let path, let line): (row.path, row.line) = (path, line)
            }
            return row
        }
        let variables = ModelAPI.allCases.map(\.keyVariable) + ["SINGULARIS_SERVE_KEY"]
        keys = Dictionary(uniqueKeysWithValues: variables.map { ($0, environment[$0]?.isEmpty == false) })
        notices = layers.notices + settings.notices
    }

    func json() throws -> String { try JSON.text(self) }

    var lines: [String] {
        let place = file.map { $0.path + ($0.found ? "" : " (not there)") } ?? "none (HOME is not set)"
        var lines = ["Configuration file: \(place)"]
        let nameWidth = options.map { TextWidth.of($0.name) }.max() ?? 0
        let valueWidth = min(40, options.map { TextWidth.of($0.text) }.max() ?? 0)
        var group: String?
        for row in options {
            if row.group != group {
                lines += ["", row.group]
                group = row.group
            }
            let name = NumberFormat.padded(row.name, nameWidth)
            // A long value keeps its whole length: it may be what somebody looks for.
            let gap = String(repeating: " ", count: max(0, valueWidth - TextWidth.of(row.text)))
            lines.append("  \(name)  \(row.text)\(gap)  \(row.origin)")
        }
        lines += ["", "Keys of APIs, from the environment"]
        let keyWidth = keys.keys.map { TextWidth.of($0) }.max() ?? 0
        for (name, isSet) in keys.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(NumberFormat.padded(name, keyWidth))  \(isSet ? "set" : "not set")")
        }
        if !notices.isEmpty { lines += [""] + notices }
        return lines.map { TextWidth.sanitized($0) }
    }

    /// What a default comes to that depends on something else.
    private static func computed(_ settings: Settings) -> [String: OptionValue] {
        var values: [String: OptionValue] = [
            "limit-per-host": .text("\(settings.pool.limitPerHost)"),
            "perspective": .list(settings.effectivePerspectives.map(\.rawValue)),
        ]
        switch settings.endpoint {
        case .embedded: values["endpoint"] = .text("embedded")
        case .none: values["endpoint"] = .text("none")
        case .remote(let url):
            values["endpoint"] = .text(url)
            values["api"] = .text(settings.api(of: url).rawValue)
        }
        return values
    }

    private static func shown(_ value: OptionValue, of option: OptionDeclaration) -> OptionValue {
        guard option.name == "key-file", case .text(let path) = value else { return value }
        return .text(KeyShape.shownPath(path))
    }
}

extension ConfigListing.Row {
    fileprivate var text: String {
        switch value {
        case .flag(let isOn)?: "\(isOn)"
        case .text(let text)?: text
        case .list(let texts)?: texts.joined(separator: ", ")
        case nil: "not set"
        }
    }

    fileprivate var origin: String {
        if let variable { return variable }
        if let path, let line { return "\(path):\(line)" }
        return source == "flag" ? "--" + name : source
    }
}

extension OptionValue: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .flag(let isOn): try container.encode(isOn)
        case .text(let text): try container.encode(text)
        case .list(let texts): try container.encode(texts)
        }
    }
}

extension Layers.Origin {
    /// For scripts.
    fileprivate var word: String {
        switch self {
        case .standard: "default"
        case .file: "file"
        case .variable: "variable"
        case .flag: "flag"
        }
    }
}
