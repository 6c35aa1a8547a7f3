import Basics
import Canvas

/// One thing that was looked at: what was found, and what to do about it.
struct Check: Equatable, Encodable {
    enum State: String, Encodable {
        case good
        /// The given options need it.
        case missing
        /// Not as it could be, and nothing that was asked for needs it.
        case absent
    }

    let name: String
    let state: State
    let found: String
    /// `nil` where nothing is to be done.
    let remedy: String?

    private init(_ name: String, _ state: State, _ found: String, _ remedy: String?) {
        self.name = name
        self.state = state
        self.found = found
        self.remedy = remedy
    }

    static func good(_ name: String, _ found: String) -> Check { Check(name, .good, found, nil) }

    static func bad(_ name: String, _ found: String, isNeeded: Bool, remedy: String?) -> Check {
        Check(name, isNeeded ? .missing : .absent, found, remedy)
    }

    /// Not looked at, since nothing depends on it.
    static func idle(_ name: String, _ found: String) -> Check { Check(name, .absent, found, nil) }

    /// The longest name, so that what was found begins in one column while the checks are still being made.
    static let nameWidth = 13

    func lines(isASCII: Bool) -> [String] {
        let sign = switch state {
        case .good: isASCII ? "+" : "✓"
        case .missing: isASCII ? "x" : "✗"
        case .absent: isASCII ? "-" : "–"
        }
        let indent = String(repeating: " ", count: Self.nameWidth + 3)
        let remedy = remedy.map { [indent + (isASCII ? "> " : "→ ") + $0] } ?? []
        let lines = ["\(sign) \(NumberFormat.padded(name, Self.nameWidth)) \(found)"] + remedy
        return lines.map { TextWidth.sanitized($0) }
    }
}

/// Everything that was looked at.
struct Diagnosis: Encodable {
    let checks: [Check]
    /// Whether everything is there that the given options need.
    let ok: Bool

    init(_ checks: [Check]) {
        self.checks = checks
        ok = !checks.contains { $0.state == .missing }
    }

    var conclusion: String {
        let missing = checks.filter { $0.state == .missing }.map(\.name)
        return missing.isEmpty
            ? "Everything that these options need is there."
            : "Missing for these options: \(missing.joined(separator: ", "))."
    }

    func json() throws -> String { try JSON.text(self) }
}
