import FoundationEssentials
import Glibc

/// A way in which a session ends, and what must be true then.
struct BadEnd: Sendable {
    let name: String
    var surfaces: [SessionUnderTest.Surface] = [.dashboard, .headless]
    var modes = Mode.allCases
    var arguments: [String] = []
    var environment: [String: String?] = [:]
    /// How a shell starts it; `PROGRAM` stands for the program with its arguments.
    var shell: String?
    /// Whether it happens only once the agent plays and asks.
    var waitsForPlay = true
    /// Lets it happen.
    var happen: @Sendable (SessionUnderTest) async throws -> Void = { _ in }
    var after = AfterTheEnd()

    /// Plays a session to this end and checks what must be true.
    func come(on surface: SessionUnderTest.Surface, mode: Mode, state: String) async throws {
        let session = try SessionUnderTest(self, on: surface, mode: mode, state: state)
        do {
            // That no port is in use afterwards says something only where one was.
            var ports: Set<UInt16> = []
            if waitsForPlay {
                if !arguments.contains("--endpoint") { ports = try await session.listening() }
                try await session.playing()
            }
            try await happen(session)
            try await after.expect(session, ports: ports)
        } catch {
            await session.close()
            throw error
        }
        await session.close()
    }

    /// The same where its mount, or nothing, does not matter.
    func come(on surface: SessionUnderTest.Surface, mode: Mode) async throws {
        let home = try EmptyHome()
        try await come(on: surface, mode: mode, state: home.path)
    }
}

extension BadEnd {
    /// Those that take nothing but the program.
    static let all: [BadEnd] = signals + crashes + descriptors + [
        BadEnd(
            name: "Ctrl-C, and a key at the statistics", surfaces: [.dashboard],
            happen: { session in
                try session.terminal!.send("\u{3}")
                try await session.terminal!.finalStatistics()
                try session.terminal!.send(" ")
            }, after: AfterTheEnd(journal: .ended(["key"]))),
        BadEnd(
            name: "the terminal is closed", surfaces: [.dashboard],
            happen: { $0.terminal!.hangUp() },
            after: AfterTheEnd(terminal: .gone, journal: .ended(hangUp))),
        BadEnd(
            name: "the terminal of a headless run is closed", surfaces: [.headlessInTerminal],
            happen: { $0.terminal!.hangUp() },
            after: AfterTheEnd(terminal: .gone, journal: .ended(hangUp))),
        BadEnd(
            name: "standard input is at its end", surfaces: [.dashboard], modes: [.parallel],
            shell: "PROGRAM < /dev/null", waitsForPlay: false,
            after: AfterTheEnd(
                status: [.code(1)], terminal: .untouched, journal: .none, says: ["standard input is not a terminal"])),
        BadEnd(
            name: "standard input is closed, which concerns no headless run", surfaces: [.headless],
            arguments: ["--duration", "1s"], shell: "exec PROGRAM <&-",
            after: AfterTheEnd(journal: .ended(["duration"]))),
        BadEnd(
            name: "standard output is closed (EPIPE)", surfaces: [.headless],
            happen: { $0.run!.stopReading() },
            after: AfterTheEnd(terminal: .gone, journal: .ended(["terminal_lost"]))),
        BadEnd(
            name: "SIGTSTP, then SIGCONT", surfaces: [.dashboard, .headlessInTerminal],
            shell: "set -m; PROGRAM; echo stopped; read line; fg > /dev/null; exit $?",
            happen: { session in
                kill(session.program, SIGTSTP)
                try await session.terminal!.until("the shell") { $0.transcript.contains("stopped") }
                try session.terminal!.send("\n")
                try await session.playing()
                kill(session.program, SIGTERM)
            }),
        BadEnd(
            name: "the journal's folder is removed", modes: [.parallel],
            happen: { session in
                try FileManager.default.removeItem(atPath: session.state + "/singularis/sessions")
                session.process.signal(SIGTERM)
            },
            after: AfterTheEnd(
                status: [.code(3)], journal: .none, says: ["was removed while the session was written"])),
        BadEnd(
            name: "a hundred sizes in a second", surfaces: [.dashboard],
            happen: { session in
                for step in 0..<100 { try session.terminal!.resize(to: TerminalSize(60 + step, 20 + step % 23)) }
                try await session.terminal!.until("the last size") { screen in
                    screen.rows.count == 27 && screen.rows[1].count == 159 && screen.showsWholeDashboard
                }
                session.process.signal(SIGTERM)
            }),
    ]

    /// A terminal that is closed sends SIGHUP, and can no more be written to: either is first.
    private static let hangUp: Set = ["signal", "terminal_lost"]

    private static let signals: [BadEnd] =
        [("SIGINT", SIGINT), ("SIGTERM", SIGTERM), ("SIGHUP", SIGHUP), ("SIGQUIT", SIGQUIT)].map { name, signal in
            BadEnd(name: name, happen: { $0.process.signal(signal) })
        } + [
            BadEnd(
                name: "SIGKILL",
                happen: { session in
                    try await session.recorded()
                    session.process.signal(SIGKILL)
                },
                after: AfterTheEnd(status: [.signal(SIGKILL)], terminal: .left, journal: .killed))
        ]

    /// A trap is one signal or another, depending on the processor.
    private static let crashes: [BadEnd] =
        [("a trap in a stage", "engine", [SIGILL, SIGTRAP]), ("a stack overflow", "engineOverflow", [SIGSEGV])].map {
            (name: String, kind: String, signals: [Int32]) in
            BadEnd(
                name: "\(name) on a thread of the engine", arguments: ["--crash", kind],
                // The runtime's report would wait for a key, as in the life of most people.
                environment: ["SWIFT_BACKTRACE": nil], waitsForPlay: false,
                after: AfterTheEnd(
                    status: signals.map { .signal($0) }, journal: .crashed,
                    says: kind == "engine" ? ["crashed on purpose"] : []))
        }

    private static let descriptors: [BadEnd] = [
        BadEnd(
            name: "32 descriptors", modes: [.parallel], shell: "ulimit -n 32; exec PROGRAM",
            happen: { $0.process.signal(SIGTERM) }),
        BadEnd(
            name: "15 descriptors", modes: [.parallel], shell: "ulimit -n 15; exec PROGRAM", waitsForPlay: false,
            after: AfterTheEnd(
                status: [.code(1)], terminal: .untouched, journal: .none,
                says: ["only 15 files may be open at once", "raise the limit with `ulimit -n"])),
    ]
}
