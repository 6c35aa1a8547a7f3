import Canvas
import Journal
import Metrics
import Terminal

/// What the machine offers to any run. Facts go in, checks come out.
enum MachineChecks {
    static func configuration(_ file: ConfigurationFile?) -> Check {
        guard let file else {
            return .bad(
                "configuration", "HOME is not set, so there is no configuration file", isNeeded: false,
                remedy: "set HOME or XDG_CONFIG_HOME, or name a file with --config")
        }
        guard let entries = file.entries else {
            return .idle("configuration", "\(file.path) is not there, and need not be")
        }
        let count = entries.count == 1 ? "1 option" : "\(entries.count) options"
        return .good("configuration", "\(file.path), \(count)")
    }

    static func terminal(_ facts: TerminalFacts, isHeadless: Bool) -> Check {
        let name = "terminal"
        if isHeadless { return .idle(name, "not needed with --headless") }
        if let problem = facts.problem {
            // A run whose output goes elsewhere needs none: it is headless by itself.
            if problem == .notATerminal("standard output") {
                return .bad(
                    name, "standard output is not a terminal: a run would have no dashboard", isNeeded: false,
                    remedy: "start it in a terminal, or use --headless")
            }
            return .bad(name, "\(problem)", isNeeded: true, remedy: nil)
        }
        let size = "\(facts.size.width)x\(facts.size.height)"
        let least = Layout.smallest
        guard facts.size.width >= least.width, facts.size.height >= least.height else {
            return .bad(
                name, "\(facts.type), \(size)", isNeeded: true,
                remedy: "make it at least \(least.width)x\(least.height), or use --headless")
        }
        guard let drawnAs = facts.drawnAs, drawnAs != facts.type else { return .good(name, "\(facts.type), \(size)") }
        return .bad(
            name, "\(facts.type) is unknown on this machine and drawn as \(drawnAs), \(size)", isNeeded: false,
            remedy: "install its description (Debian: ncurses-term), or set TERM=xterm-256color")
    }

    /// `asked` is what `--color` says; `nil` for auto.
    static func colors(
        _ facts: TerminalFacts, _ environment: [String: String], asked: ColorDepth?, isHeadless: Bool
    ) -> Check {
        let name = "colours"
        if isHeadless { return .idle(name, "not needed with --headless") }
        let depth = ColorDepth.of(
            colors: facts.colors, isDirect: facts.isDirect, environment: environment, asked: asked)
        let drawn = switch depth {
        case .mono: "none"
        case .eight: "8"
        case .full: "256"
        case .direct: "24 bits"
        }
        let said = ["COLORTERM", "NO_COLOR"].compactMap { name in
            environment[name].flatMap { $0.isEmpty ? nil : "\(name)=\($0)" }
        }
        let type = facts.isDirect ? "24 bits" : facts.colors == 0 ? "none" : "\(facts.colors)"
        let found = "\(drawn) (\((["\(type) by TERM"] + said).joined(separator: ", ")))"
        if depth >= .full || asked != nil { return .good(name, found) }
        let isRefused = environment["NO_COLOR"]?.isEmpty == false
        return .bad(
            name, found, isNeeded: false,
            remedy: isRefused
                ? "unset NO_COLOR, or use --color" : "set TERM to a type with 256 colours, such as xterm-256color")
    }

    static func locale(isUTF8: Bool, _ environment: [String: String]) -> Check {
        let variable = ["LC_ALL", "LC_CTYPE", "LANG"].first { environment[$0]?.isEmpty == false }
        let found = variable.map { "\($0)=\(environment[$0] ?? "")" } ?? "not set"
        if isUTF8 { return .good("locale", "UTF-8 (\(found))") }
        return .bad(
            "locale", "not UTF-8 (\(found)): everything is drawn with ASCII", isNeeded: false,
            remedy: "set LANG=C.UTF-8")
    }

    static func assets(_ result: Result<(root: String, broken: [String]), any Error>) -> Check {
        switch result {
        case .success(let assets) where assets.broken.isEmpty: .good("assets", assets.root)
        case .success(let assets):
            .bad(
                "assets", assets.broken.joined(separator: "; "), isNeeded: false,
                remedy: "correct the file, or reinstall")
        case .failure(let error): .bad("assets", "\(error)", isNeeded: true, remedy: nil)
        }
    }

    /// `need` is how many files the given options may have open at once.
    static func descriptors(limit: UInt64, need: Int) -> Check {
        guard limit < UInt64(need) else {
            let shown = limit > 1 << 40 ? "no limit" : "\(limit) files at once"
            return .good("descriptors", "\(shown), \(need) may be needed")
        }
        return .bad(
            "descriptors", "\(limit) files at once, \(need) may be needed", isNeeded: true,
            remedy: "raise the limit (ulimit -n 1024), or lower --limit")
    }

    /// `isAsked`: the journal was asked for by name, `off` included.
    static func journal(_ target: JournalSettings.Target, isAsked: Bool, _ read: (String) -> DiskFacts) -> Check {
        let name = "journal"
        let folder: String
        switch target {
        case .off where isAsked: return .idle(name, "not needed with --journal off")
        case .off:
            return .bad(
                name, "HOME is not set, so sessions are not written down", isNeeded: false,
                remedy: "set HOME or XDG_STATE_HOME, or name a folder with --journal")
        case .folder(let path): folder = path
        case .file(let path):
            let slash = path.lastIndex(of: "/")
            folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        }
        let disk = read(folder)
        guard let free = disk.free else {
            return .bad(
                name, "\(folder) cannot be written: \(disk.why)", isNeeded: isAsked,
                remedy: "make it a folder of yours, or name another with --journal or XDG_STATE_HOME")
        }
        let found = "\(NumberFormat.bytes(free)) free for \(folder)"
        return free >= DiskFacts.least
            ? .good(name, found) : .bad(name, found, isNeeded: isAsked, remedy: "free some space there")
    }

    static func metrics(_ address: MetricsAddress?) -> Check? {
        guard let address else { return nil }
        do throws(MetricsError) {
            try address.probe()
            let open = address.isLoopback ? "" : ", for anybody who reaches this machine"
            return .good("metrics", "\(address) can be listened on\(open)")
        } catch {
            return .bad("metrics", "\(error)", isNeeded: true, remedy: nil)
        }
    }

    static func report(_ target: ReportTarget?) -> Check? {
        guard let target else { return nil }
        guard case .file(let path) = target else { return .good("report", "printed at the end") }
        do {
            try target.check()
            return .good("report", "\(path) can be written")
        } catch {
            return .bad("report", "\(error)", isNeeded: true, remedy: nil)
        }
    }
}
