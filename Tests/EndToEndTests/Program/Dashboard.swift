import Testing

/// Runs `body` with the dashboard in a terminal. Game time runs fast, so that much happens in a short test.
func withDashboard<Result>(
    _ arguments: [String] = [], size: TerminalSize = TerminalSize(120, 36),
    environment changes: [String: String?] = [:], program: TerminalProgram = .plain,
    synchronizedOutput: SynchronizedOutput = .known, stalled: Bool = false, lifetime: Duration = Patience.lifetime,
    _ body: (PseudoTerminal) async throws -> Result
) async throws -> Result {
    try await withTerminal(
        try Executable.path(), ["--speed", "4"] + arguments, size: size,
        environment: PseudoTerminal.environment.changed(changes), program: program,
        synchronizedOutput: synchronizedOutput, stalled: stalled, lifetime: lifetime, body)
}

/// The same without a terminal.
func withHeadless<Result>(
    _ arguments: [String] = [], environment changes: [String: String?] = [:], lifetime: Duration = Patience.lifetime,
    _ body: (HeadlessRun) async throws -> Result
) async throws -> Result {
    try await withHeadlessRun(
        try Executable.path(), arguments, environment: PseudoTerminal.environment.changed(changes), lifetime: lifetime,
        body)
}

extension [String: String] {
    /// `nil` takes a variable away.
    func changed(_ changes: [String: String?]) -> [String: String] {
        var environment = self
        for (name, value) in changes { environment[name] = value }
        return environment
    }
}

enum Mode: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case parallel, sequential
    var arguments: [String] { ["--mode", rawValue] }
    var testDescription: String { rawValue }
}

extension PseudoTerminal {
    /// Waits until the agent has decided and acted a few times and has asked its model something.
    @discardableResult
    func playing(actions: Int = 3) async throws -> TerminalScreen {
        try await until("\(actions) actions and a request") { screen in
            screen.isAlternate && (screen.actions ?? 0) >= actions && (screen.opened ?? 0) > 0
        }
    }

    /// Waits until the embedded model is there, and tells where it listens: from the session's start to its end.
    func listening() async throws -> Set<UInt16> {
        try await poll("the embedded model") { !ProcessFacts.listeningPorts(process.pid).isEmpty }
        return ProcessFacts.listeningPorts(process.pid)
    }

    /// The statistics screen, which stays until a key is pressed: nothing may be open any more when it is shown.
    func finalStatistics() async throws {
        try await until("the final statistics") { $0.showsFinalStatistics }
        #expect(process.status == nil, "the statistics screen waits for a key")
        #expect(ProcessFacts.tcpSockets(process.pid).isEmpty)
        #expect(ProcessFacts.socketCount(process.pid) == 0)
        #expect(ProcessFacts.children(process.pid).isEmpty)
    }

    /// Checks everything that must hold after any end: the terminal is as it was found, nothing is left running or
    /// connected, and the transcript stands on the normal screen, once and whole.
    func expectCleanEnd(_ expected: ExitStatus = .code(0), ports: Set<UInt16> = []) async throws {
        let status = await ended()
        #expect(status == expected, "\(transcript)")
        try expectUntouchedMachine(ports: ports)
        let faults = transcript.faults
        #expect(faults.isEmpty, "\(transcript)")
    }

    /// Checks what must hold when the program has ended, in whichever way: the terminal as it was found, and nothing
    /// left running or connected.
    func expectUntouchedMachine(ports: Set<UInt16> = []) throws {
        #expect(screen.leftovers.isEmpty)
        try #expect(settings() == settingsBefore)
        #expect(ProcessFacts.session(process.pid).isEmpty)
        for port in ports { #expect(!ProcessFacts.isInUse(port: port), "port \(port)") }
    }

    var transcript: Transcript { Transcript(lines: screen.transcript) }
}

/// The text that a session leaves behind.
struct Transcript: CustomStringConvertible {
    let lines: [String]

    var description: String { lines.joined(separator: "\n") }
    /// Compared by scalars: a variation selector makes the sign another character.
    var warnings: [String] { lines.filter { $0.unicodeScalars.starts(with: "[CLEANUP] ⚠".unicodeScalars) } }
    var audit: String? { lines.first { $0.hasPrefix("[CLEANUP]") && $0.contains("Audit") } }

    /// What is wrong with the end of a session in which everything was closed; empty when every promised line is there,
    /// in order and once.
    var faults: [String] {
        faults(closing: ["[CLEANUP] ✓ Video interpreter closed", "[CLEANUP] ✓ Voice system closed"]) + warnings
    }

    /// The same for a session that was not given the time to close everything.
    var faultsInHaste: [String] { faults(closing: []) }

    private func faults(closing: [String]) -> [String] {
        var faults: [String] = []
        let expected =
            ["AUTONOMOUS GAMEPLAY COMPLETE", String(repeating: "=", count: 60), "", "[CLEANUP] Closing connections..."]
            + closing + ["[CLEANUP] Complete", "", "Final Statistics:", "  Cycles: ", "  Actions: "]
        var rest = lines[...]
        for line in expected {
            let isFigure = line.hasSuffix(": ")
            if let index = rest.firstIndex(where: { isFigure ? $0.hasPrefix(line) : $0 == line }) {
                rest = rest[(index + 1)...]
            } else {
                faults.append("missing or out of order: \(line)")
            }
        }
        for line in expected where !line.isEmpty && lines.count(where: { $0.hasPrefix(line) }) > 1 {
            faults.append("more than once: \(line)")
        }
        return faults
    }

    /// The number in a line such as `  Cycles: 52`.
    func figure(_ name: String) -> Int? {
        let start = "  \(name): "
        return lines.first { $0.hasPrefix(start) }.flatMap { Int($0.dropFirst(start.count).prefix(while: \.isNumber)) }
    }
}
