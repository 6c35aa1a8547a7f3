import FoundationEssentials
import Glibc
import Synchronization

/// A terminal with a program in it: the real executable, driven as a person would, seen through an emulator.
final class PseudoTerminal: Sendable {
    let process: ChildProcess
    /// The settings of the line before the program was started.
    let settingsBefore: LineSettings
    private let screenState: Observed<TerminalScreen>
    private let reader: OutputReader
    /// `nil` once the terminal is closed.
    private let master: Mutex<Int32?>
    private let device: String

    /// Where children keep what outlives them; gone with this process.
    private static let state: String = {
        atexit {
            try? FileManager.default.removeItem(atPath: "/tmp/singularis-tests-\(getpid())")
        }
        return "/tmp/singularis-tests-\(getpid())"
    }()

    /// What the environment of a child consists of, unless a test says otherwise.
    static let environment = [
        "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": "/tmp", "PATH": "/usr/local/bin:/usr/bin:/bin",
        "SWIFT_BACKTRACE": "enable=no", "XDG_STATE_HOME": state,
    ]

    /// Starts `path` as the foreground job of a new terminal, which takes nothing when it is `stalled`. It is killed
    /// when it still runs after `lifetime`.
    init(
        _ path: String, _ arguments: [String], size: TerminalSize, environment: [String: String] = environment,
        program: TerminalProgram = .plain, synchronizedOutput: SynchronizedOutput = .known, stalled: Bool = false,
        lifetime: Duration = Patience.lifetime
    ) throws {
        var (master, slave): (Int32, Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        var window = winsize(size, program)
        guard openpty(&master, &slave, &name, nil, &window) == 0 else { throw SystemError("openpty") }
        Descriptors.closeOnExec(master)
        Descriptors.closeOnExec(slave)
        // The slave stays open until the child has it: a terminal that nobody has open counts as hung up.
        defer { Glibc.close(slave) }
        let device = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        self.device = device
        settingsBefore = try LineSettings(of: master)
        if stalled, tcflow(slave, TCOOFF) != 0 { throw SystemError("tcflow") }
        process = try ChildProcess(
            path, arguments, environment: environment, streams: .terminal(path: device), lifetime: lifetime)
        screenState = Observed(TerminalScreen(size: size, program: program, synchronizedOutput: synchronizedOutput))
        self.master = Mutex(master)
        reader = try OutputReader([master]) { [screenState, master] report in
            switch report {
            case .bytes(_, let bytes, let settled):
                // A frame that is announced as unfinished is not looked at, nor is one whose rest is already waiting.
                var whole = settled
                var answers: [UInt8] = []
                screenState.update(settled: false) { screen in
                    screen.feed(bytes)
                    whole = settled && !screen.isUpdating
                    answers = screen.takeAnswers()
                }
                _ = write(master, answers, answers.count)
                if whole { screenState.update { _ in } }
            case .ended: screenState.end("the program has ended")
            case .closed: screenState.end("the terminal was closed")
            }
        }
        process.whenEnded { [reader] in reader.processEnded() }
    }

    // MARK: What the person does

    func send(_ keys: String) throws {
        try withMaster { master in
            let bytes = Array(keys.utf8)
            guard write(master, bytes, bytes.count) == bytes.count else { throw SystemError("write to the terminal") }
        }
    }

    /// Changes the window's size; the kernel tells the program (SIGWINCH).
    func resize(to size: TerminalSize) throws {
        try withMaster { master in
            var window = winsize(size, screen.program)
            screenState.update(settled: false) { $0.resize(to: size) }
            guard ioctl(master, UInt(TIOCSWINSZ), &window) == 0 else { throw SystemError("TIOCSWINSZ") }
        }
    }

    /// The terminal takes nothing more, or goes on: a connection that hangs, and comes back.
    func stall(_ on: Bool) throws {
        let line = open(device, O_RDWR | O_NOCTTY | O_NONBLOCK)
        guard line >= 0 else { throw SystemError("open \(device)") }
        defer { Glibc.close(line) }
        guard tcflow(line, on ? TCOOFF : TCOON) == 0 else { throw SystemError("tcflow") }
    }

    /// Closes the terminal, as a window that is closed or a connection that breaks.
    func hangUp() {
        master.withLock { $0 = nil }
        reader.close()
    }

    // MARK: What there is to see

    var screen: TerminalScreen { screenState.value }

    /// Waits until the screen looks as described and returns it.
    @discardableResult
    func until(
        _ what: String, within timeout: Duration = Patience.wait, _ suits: @escaping @Sendable (TerminalScreen) -> Bool
    ) async throws -> TerminalScreen {
        try await first(what, within: timeout) { suits($0) ? $0 : nil }
    }

    /// Waits until something can be read from the screen and returns it.
    func first<Found: Sendable>(
        _ what: String, within timeout: Duration = Patience.wait,
        _ probe: @escaping @Sendable (TerminalScreen) -> Found?
    ) async throws -> Found {
        try await screenState.first(what, within: timeout, describe: Self.describe, probe)
    }

    /// The settings of the line now. They can be read after the program has ended.
    func settings() throws -> LineSettings { try withMaster { try LineSettings(of: $0) } }

    /// Waits until the program has ended and all it wrote is on the screen.
    func ended() async -> ExitStatus {
        let status = await process.ended()
        // Fails as it must: the screen cannot change any more when this returns.
        _ = try? await screenState.first("the end", within: .seconds(5), describe: { _ in "" }) { _ in Never?.none }
        return status
    }

    /// Kills what is left and frees the terminal.
    func close() async {
        let strays = ProcessFacts.session(process.pid).filter { $0 != process.pid }
        process.killOverdue()
        for stray in strays { kill(stray, SIGKILL) }
        _ = await process.ended()
        hangUp()
    }

    private static func describe(_ screen: TerminalScreen) -> String {
        let name = screen.isAlternate ? "alternate" : "normal"
        return "[\(name) screen \(screen.size.columns)x\(screen.size.rows)]\n"
            + (screen.isAlternate ? screen.text : screen.transcript.joined(separator: "\n"))
    }

    private func withMaster<Result>(_ body: (Int32) throws -> Result) throws -> Result {
        try master.withLock { master in
            guard let master else { throw SystemError("the terminal is closed", EBADF) }
            return try body(master)
        }
    }
}

extension winsize {
    /// A terminal's size as it tells the kernel.
    fileprivate init(_ size: TerminalSize, _ program: TerminalProgram) {
        let cell = program.tellsKernel ? program.cell : TerminalSize(0, 0)
        self.init(
            ws_row: UInt16(size.rows), ws_col: UInt16(size.columns), ws_xpixel: UInt16(size.columns * cell.columns),
            ws_ypixel: UInt16(size.rows * cell.rows))
    }
}

/// The settings of a terminal line, comparable.
struct LineSettings: Sendable, Equatable, CustomStringConvertible {
    let input, output, control, local: UInt32
    let characters: [UInt8]

    init(of descriptor: Int32) throws {
        var raw = termios()
        guard tcgetattr(descriptor, &raw) == 0 else { throw SystemError("tcgetattr") }
        (input, output, control, local) = (raw.c_iflag, raw.c_oflag, raw.c_cflag, raw.c_lflag)
        characters = withUnsafeBytes(of: raw.c_cc) { Array($0) }
    }

    /// Keys are echoed and lines are edited, as a shell's user expects.
    var isCooked: Bool { local & UInt32(ICANON) != 0 && local & UInt32(ECHO) != 0 }

    var description: String {
        "iflag \(String(input, radix: 8)) oflag \(String(output, radix: 8)) cflag \(String(control, radix: 8)) "
            + "lflag \(String(local, radix: 8)) cc \(characters)"
    }
}

/// Runs `body` with a program in a terminal; whatever happens, nothing of it is left when this returns.
func withTerminal<Result>(
    _ path: String, _ arguments: [String] = [], size: TerminalSize = TerminalSize(120, 36),
    environment: [String: String] = PseudoTerminal.environment, program: TerminalProgram = .plain,
    synchronizedOutput: SynchronizedOutput = .known, stalled: Bool = false, lifetime: Duration = Patience.lifetime,
    _ body: (PseudoTerminal) async throws -> Result
) async throws -> Result {
    let terminal = try PseudoTerminal(
        path, arguments, size: size, environment: environment, program: program,
        synchronizedOutput: synchronizedOutput, stalled: stalled, lifetime: lifetime)
    do {
        let result = try await body(terminal)
        await terminal.close()
        return result
    } catch {
        await terminal.close()
        throw error
    }
}
