import Basics
import FoundationEssentials

/// What children of ours are run with. Games of Debian are in `/usr/games`, which is not in every `PATH`.
package struct ChildEnvironment: Sendable, Equatable {
    package var variables: [String: String]

    package init(_ variables: [String: String]) {
        self.variables = variables
        let folders = (variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map(String.init)
        let games = ["/usr/games", "/usr/local/games"].filter { !folders.contains($0) }
        self.variables["PATH"] = (folders + games).joined(separator: ":")
    }

    package func has(_ program: String) -> Bool {
        program.hasPrefix("/")
            ? FileManager.default.isExecutableFile(atPath: program)
            : Programs.isInstalled(program, environment: variables)
    }

    /// The same, with these variables set.
    package func setting(_ more: [String: String]) -> ChildEnvironment {
        var copy = self
        copy.variables.merge(more) { _, new in new }
        return copy
    }
}
