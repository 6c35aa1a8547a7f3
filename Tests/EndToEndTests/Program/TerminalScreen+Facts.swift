/// What the running screen says, read as a person would: by the words beside the figures.
extension TerminalScreen {
    var cycles: Int? { number(/cycles? (\d+(?: \d{3})*)/) }
    /// Actions executed.
    var actions: Int? { number(/(\d+(?: \d{3})*) done/) }
    /// Dry-run actions.
    var dryActions: Int? { number(/(\d+(?: \d{3})*) dry/) }
    /// Connections opened and closed so far.
    var opened: Int? { number(/opened (\d+(?: \d{3})*)/) }
    var closed: Int? { number(/closed (\d+(?: \d{3})*)/) }
    /// The session's time in whole seconds.
    var clock: Int? {
        guard let header = rows.first, let match = header.firstMatch(of: /(\d\d):(\d\d):(\d\d)/) else { return nil }
        return (Int(match.1) ?? 0) * 3600 + (Int(match.2) ?? 0) * 60 + (Int(match.3) ?? 0)
    }
    var showsFinalStatistics: Bool { isAlternate && rows.contains { $0.lowercased().contains("final statistics") } }
    /// Lanes that hold a connection, as the panel shows them: number, glyph, phase.
    var busyLanes: Int {
        let phase = #/│ ?\d+ . (?:resolving|connecting|handshaking|sending|waiting|receiving|closing)\s/#
        return rows.count { $0.firstMatch(of: phase) != nil }
    }

    /// A running session with its panels, from the first row to the last.
    var showsWholeDashboard: Bool {
        let panels = ["picture", "connections", "loops", "interpreter", "decisions"]
        return rows[0].contains("RUNNING") && rows[1].hasPrefix("╭") && rows[1].hasSuffix("╮")
            && panels.allSatisfy(contains) && rows[rows.count - 1].contains("q stop")
    }

    private func number<Output>(_ pattern: Regex<(Substring, Output)>) -> Int? {
        for row in rows {
            guard let match = row.firstMatch(of: pattern), let digits = match.output.1 as? Substring else { continue }
            return Int(digits.filter { $0 != " " })
        }
        return nil
    }
}
