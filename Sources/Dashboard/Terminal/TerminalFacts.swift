import CNcurses
import Canvas
import Glibc

/// What is known of the terminal without touching it.
package struct TerminalFacts: Sendable, Equatable {
    /// Why there can be no dashboard on it; `nil` when there can be.
    package var problem: TerminalError?
    /// `TERM`.
    package var type: String
    /// What it is drawn as: its type, or the nearest one that this machine knows; `nil` when it knows none.
    package var drawnAs: String?
    /// How many colours that type has.
    package var colors: Int
    /// Its type takes colours of 24 bits.
    package var isDirect = false
    package var size: Size

    package init(problem: TerminalError? = nil, type: String, drawnAs: String?, colors: Int, size: Size) {
        self.problem = problem
        self.type = type
        self.drawnAs = drawnAs
        self.colors = colors
        self.size = size
    }

    /// Asks the system and the descriptions of terminals, not the terminal.
    package static func read(_ environment: [String: String]) -> TerminalFacts {
        let type = environment["TERM"] ?? ""
        var facts = TerminalFacts(type: type, drawnAs: nil, colors: 0, size: CursesTerminal.actualSize())
        do throws(TerminalError) {
            _ = try CursesTerminal.check(environment)
        } catch {
            // Where a run is headless by itself, its input does not matter.
            facts.problem = isatty(STDOUT_FILENO) == 1 ? error : .notATerminal("standard output")
        }
        guard !type.isEmpty else { return facts }
        facts.drawnAs = CursesTerminal.types(for: type).first { name in
            var status: Int32 = 0
            return setupterm(name, STDOUT_FILENO, &status) == OK
        }
        guard facts.drawnAs != nil else {
            facts.problem = facts.problem ?? .unusable(term: type)
            return facts
        }
        facts.colors = max(0, Int(CursesTerminal.number("colors")))
        facts.isDirect = CursesTerminal.hasDirectColors
        return facts
    }
}
