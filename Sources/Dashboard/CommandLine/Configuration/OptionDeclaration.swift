import ArgumentParser
import Basics
import FoundationEssentials

/// An option of a run, as the command line declares it: what a configuration may hold is read from there, so that
/// there is no second list of options.
struct OptionDeclaration: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        /// True or false; `negative` turns it off on the command line.
        case flag(negative: String?)
        case value
        /// A value that may be given several times.
        case list
    }

    /// Its long name without dashes, which is its key in a configuration file too: `picture-rate`.
    let name: String
    let kind: Kind
    /// The title that it stands under in `--help`.
    let group: String
    /// `nil` where there is none, or it depends on something else; ``help`` says then on what.
    let defaultValue: String?
    let help: String

    var flag: String { "--" + name }

    /// The arguments that say it; none for a flag that is off anyway. A value never stands apart from its name: it may
    /// begin with a dash.
    func arguments(_ value: OptionValue) -> [String] {
        switch (kind, value) {
        case (.flag(let negative), .flag(let isOn)): isOn ? [flag] : negative.map { ["--" + $0] } ?? []
        case (_, .text(let text)): ["\(flag)=\(text)"]
        case (_, .list(let texts)): texts.map { "\(flag)=\($0)" }
        case (_, .flag(let isOn)): ["\(flag)=\(isOn)"]
        }
    }
}

/// What an option is set to, as text: what it means, the parser finds out.
enum OptionValue: Equatable, Sendable {
    case flag(Bool)
    case text(String)
    case list([String])
}

extension OptionDeclaration {
    /// Every option of a run that may be configured, in the order of `--help`.
    static let all: [OptionDeclaration] = {
        // The parser tells what was declared in this form only.
        guard let dump = try? JSON.decode(Dump.self, from: RunOptions._dumpHelp().utf8) else { return [] }
        return declarations(of: dump.command.arguments)
    }()

    private struct Dump: Decodable {
        struct Command: Decodable { let arguments: [Argument] }
        let command: Command
    }

    private struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }
        let kind: String
        let shouldDisplay: Bool
        let sectionTitle: String?
        let isRepeating: Bool
        let names: [Name]?
        let defaultValue: String?
        let abstract: String?

        var name: String? { names?.first { $0.kind == "long" }?.name }
    }

    private static func declarations(of arguments: [Argument]) -> [OptionDeclaration] {
        let names = Set(arguments.compactMap(\.name))
        return arguments.compactMap { argument in
            guard argument.shouldDisplay, let name = argument.name else { return nil }
            if RunOptions.onlyOnTheCommandLine.contains(name) { return nil }
            let isFlag = argument.kind == "flag"
            // The other half of a flag that can be turned off.
            if isFlag, name.hasPrefix("no-"), names.contains(String(name.dropFirst(3))) { return nil }
            let negative = "no-" + name
            let kind: Kind = if isFlag {
                .flag(negative: names.contains(negative) ? negative : nil)
            } else {
                argument.isRepeating ? .list : .value
            }
            let isOn = argument.defaultValue == "--" + name
            return OptionDeclaration(
                name: name, kind: kind, group: argument.sectionTitle ?? "Other",
                defaultValue: isFlag ? "\(isOn)" : argument.defaultValue, help: argument.abstract ?? "")
        }
    }
}
