/// The arguments of a command line, read as far as one can without knowing the options: a word that begins with two
/// dashes is one, and what follows it, unless it begins with a dash too, may be its value.
struct GivenArguments: Equatable {
    private struct Option: Equatable {
        let name: String
        let value: String?
    }

    let all: [String]
    private let options: [Option]

    init(_ arguments: [String]) {
        all = arguments
        // Behind two dashes alone there are no options.
        let ours = arguments.prefix { $0 != "--" }
        options = ours.enumerated().compactMap { index, word in
            guard word.hasPrefix("--") else { return nil }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let next = index + 1 < ours.count && !ours[index + 1].hasPrefix("-") ? ours[index + 1] : nil
            return Option(name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : next)
        }
    }

    /// The value of an option, the last where it is given several times.
    func value(of name: String) -> String? { options.last { $0.name == name }?.value }

    /// What an option is set to; `nil` where it is not given.
    func value(of option: OptionDeclaration) -> OptionValue? {
        switch option.kind {
        case .flag(let negative):
            return options.last { $0.name == option.name || $0.name == negative }.map { .flag($0.name == option.name) }
        case .value:
            return options.last { $0.name == option.name }.map { .text($0.value ?? "") }
        case .list:
            let values = options.filter { $0.name == option.name }.map { $0.value ?? "" }
            return values.isEmpty ? nil : .list(values)
        }
    }
}
