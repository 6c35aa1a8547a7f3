import Basics
import Canvas
import FoundationEssentials
import Glibc

/// The configuration file: which it is, and what it holds.
struct ConfigurationFile: Sendable {
    struct Entry: Equatable, Sendable {
        let option: OptionDeclaration
        let value: OptionValue
        let line: Int
    }

    let path: String
    /// `nil` where there is none, which only the default one may be.
    let entries: [Entry]?

    /// A file that somebody wrote by hand is far smaller.
    static let sizeLimit = 64 * 1024

    /// The file that is asked for by `--config`, by `SINGULARIS_CONFIG`, or the default one.
    /// - Returns: `nil` where nothing says where the default one would be.
    /// - Throws: what is wrong with it, with its line.
    static func find(named: String?, environment: [String: String]) throws(ConfigurationError) -> ConfigurationFile? {
        let variable = environment["SINGULARIS_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        if let path = named ?? variable {
            guard let text = try text(path) else {
                let remedy = "name a file that is there with \(named == nil ? "SINGULARIS_CONFIG" : "--config")"
                throw ConfigurationError(path, "it is not there; \(remedy)")
            }
            return try ConfigurationFile(path: path, text: text)
        }
        guard let path = defaultPath(environment) else { return nil }
        guard let text = try text(path) else { return ConfigurationFile(path: path, entries: nil) }
        return try ConfigurationFile(path: path, text: text)
    }

    /// As the XDG base directory specification says: a folder that is not absolute does not count.
    static func defaultPath(_ environment: [String: String]) -> String? {
        func folder(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        guard let base = folder("XDG_CONFIG_HOME") ?? folder("HOME").map({ $0 + "/.config" }) else { return nil }
        return base + "/singularis/config.json"
    }

    private init(path: String, entries: [Entry]?) {
        self.path = path
        self.entries = entries
    }

    /// - Throws: what is wrong with it, with its line.
    init(path: String, text: String) throws(ConfigurationError) {
        self.path = path
        let members: [JSONMember]
        do {
            members = try JSONMembers.read(text)
        } catch {
            throw ConfigurationError(path, line: error.line, column: error.column, error.why)
        }
        var entries: [Entry] = []
        for member in members {
            func fail(_ why: String) -> ConfigurationError {
                ConfigurationError(path, line: member.line, "\(TextWidth.sanitized(member.name, limit: 60)): \(why)")
            }
            guard let option = OptionDeclaration.all.first(where: { $0.name == member.name }) else {
                throw fail(Self.unknown(member.name))
            }
            if let first = entries.first(where: { $0.option == option }) {
                throw fail("it is set twice; line \(first.line) has it too")
            }
            switch Self.value(member.value, of: option) {
            case let value?: entries.append(Entry(option: option, value: value, line: member.line))
            case nil: throw fail("this must be \(Self.expected(option))")
            }
        }
        self.entries = entries
    }

    /// - Returns: `nil` when there is no such file.
    private static func text(_ path: String) throws(ConfigurationError) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw ConfigurationError(path, "it cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: sizeLimit + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + count, $0.count - count) }
            if got == 0 { break }
            if got > 0 { count += got } else if errno != EINTR {
                let why = errno == EISDIR ? "it is a folder" : "it cannot be read: \(String(cString: strerror(errno)))"
                throw ConfigurationError(path, why)
            }
        }
        guard count <= sizeLimit else {
            throw ConfigurationError(path, "it is larger than \(sizeLimit / 1024) KiB, which no configuration is")
        }
        guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw ConfigurationError(path, "it is not UTF-8; save it as UTF-8")
        }
        // Nothing at all is how a configuration is turned off (`--config /dev/null`).
        var facts = stat()
        if count == 0, fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT != S_IFREG { return "{}" }
        return text
    }

    private static func value(_ value: JSONMember.Value, of option: OptionDeclaration) -> OptionValue? {
        switch (option.kind, value) {
        case (.flag, .flag(let isOn)): return .flag(isOn)
        case (.value, _): return scalar(value).map(OptionValue.text)
        case (.list, .list(let values)):
            let texts = values.compactMap(scalar)
            return texts.count == values.count ? .list(texts) : nil
        case (.list, _): return scalar(value).map { .list([$0]) }
        case (.flag, _): return nil
        }
    }

    private static func scalar(_ value: JSONMember.Value) -> String? {
        switch value {
        case .text(let text), .number(let text): text
        case .flag, .null, .list, .object: nil
        }
    }

    private static func expected(_ option: OptionDeclaration) -> String {
        switch option.kind {
        case .flag: "true or false"
        case .value: "a text in \" \" or a number"
        case .list: "a list of texts, such as [\"a\", \"b\"]"
        }
    }

    private static func unknown(_ name: String) -> String {
        if KeyShape.isName(name) {
            return "keys of APIs are never in this file; set GEMINI_API_KEY or OPENAI_API_KEY in the environment, "
                + "or name a file that holds the key with \"key-file\""
        }
        if RunOptions.onlyOnTheCommandLine.contains(name) { return "this is for the command line only" }
        let near = NearMatches.of(name, in: OptionDeclaration.all.map(\.name), count: 1).first
        let hint = near.map { "did you mean \"\($0)\"?" }
            ?? "it may hold the flags of a run without their dashes (`singularis config` lists them)"
        return "this is no key of the configuration; \(hint)"
    }
}
