import FoundationEssentials
import Glibc
import Testing

/// A session of the real program that is about to come to a bad end: on a dashboard or without one, with a journal of
/// its own.
final class SessionUnderTest: Sendable {
    enum Surface: String, CaseIterable, Sendable {
        case dashboard, headless
        /// Lines, not a dashboard, in a terminal.
        case headlessInTerminal
    }

    let surface: Surface
    /// Where it keeps what outlives it.
    let state: String
    let environment: [String: String]
    private let isBehindShell: Bool
    /// One of the two.
    let terminal: PseudoTerminal?
    let run: HeadlessRun?
    var process: ChildProcess { terminal?.process ?? run!.process }

    init(_ end: BadEnd, on surface: Surface, mode: Mode, state: String) throws {
        (self.surface, self.state) = (surface, state)
        isBehindShell = end.shell?.hasPrefix("set -m") == true
        environment = PseudoTerminal.environment.changed(["XDG_STATE_HOME": state])
        let environment = environment.changed(end.environment)
        var (path, arguments) = (try Executable.path(), ["--speed", "8"] + mode.arguments + end.arguments)
        if surface != .dashboard { arguments.append("--headless") }
        if let shell = end.shell {
            let words = ([path] + arguments).map { "'\($0)'" }.joined(separator: " ")
            (path, arguments) = ("/bin/sh", ["-c", shell.replacing("PROGRAM", with: words)])
        }
        if surface == .headless {
            terminal = nil
            run = try HeadlessRun(path, arguments, environment: environment)
        } else {
            terminal = try PseudoTerminal(path, arguments, size: TerminalSize(120, 36), environment: environment)
            run = nil
        }
    }

    /// The program itself, where a shell waits for it.
    var program: pid_t { isBehindShell ? ProcessFacts.children(process.pid).first ?? process.pid : process.pid }

    /// Waits until the agent has decided something, and asked something where there is a model.
    func playing() async throws {
        switch surface {
        case .dashboard: try await terminal!.playing(actions: 1)
        case .headless: try await run!.until("decisions") { $0.outputLines.count >= 2 }
        case .headlessInTerminal: try await terminal!.until("decisions") { $0.transcript.count >= 2 }
        }
    }

    /// Waits until the embedded model is there, and tells where it listens: from the session's start to its end.
    func listening() async throws -> Set<UInt16> {
        try await poll("the embedded model") { !ProcessFacts.listeningPorts(program).isEmpty }
        return ProcessFacts.listeningPorts(program)
    }

    /// What a person got to read, once it has ended.
    var words: String {
        if let terminal { return terminal.screen.transcript.joined(separator: "\n") }
        return run!.soFar.output + run!.soFar.error
    }

    func ended() async -> ExitStatus {
        if let terminal { await terminal.ended() } else { await run!.ended().status }
    }

    func close() async {
        await terminal?.close()
        await run?.close()
    }

    // MARK: What was written down

    struct Listing: Decodable {
        struct Session: Decodable {
            let id, path, state: String
            var reason: String?
            var exit_code, cycles: Int?
        }
        let sessions: [Session]
    }

    struct Report: Decodable {
        struct Outcome: Decodable {
            let reason: String
            let exit_code: Int32
            let is_clean: Bool
        }
        struct Closing: Decodable { let name, result: String }
        struct Connections: Decodable { let opened, closed: Int }
        struct Open: Decodable {
            struct Resource: Decodable { let name: String }
            let resources: [Resource]
        }
        struct Session: Decodable { let elapsed_seconds: Double }
        struct Recording: Decodable {
            let state: String
            let damaged_lines: Int
            let last_written_seconds: Double
        }
        let format_version: Int
        let outcome: Outcome
        let session: Session
        let cleanup: [Closing]
        let connections: Connections
        let recording: Recording
        var still_open: Open?
    }

    /// What the program prints, by a process of its own.
    func told(_ arguments: [String]) async throws -> HeadlessRun.Output {
        try await withHeadlessRun(try Executable.path(), arguments, environment: environment) { run in
            let (status, written) = await run.ended()
            #expect(status == .code(0), "\(arguments): \(written.error)")
            return written
        }
    }

    func sessions() async throws -> [Listing.Session] {
        let written = try await told(["sessions", "--json"])
        return try JSONDecoder().decode(Listing.self, from: Data(written.outputBytes)).sessions
    }

    func report() async throws -> Report {
        let written = try await told(["report", "--last", "--format", "json"])
        return try JSONDecoder().decode(Report.self, from: Data(written.outputBytes))
    }

    /// Waits until decisions are on the disk: they are there a second after they were made.
    func recorded() async throws {
        try await poll("decisions in the journal") { (try await sessions().first?.cycles ?? 0) > 0 }
    }
}
