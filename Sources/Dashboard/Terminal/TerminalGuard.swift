import CNcurses
import Glibc

// What a signal handler may touch: plain memory, filled in before the handler is installed. A handler cannot take a
// lock or run Swift's lazy initialisation, which is why these are not in a class and not checked for isolation.
nonisolated(unsafe) private var savedSettings = termios()
nonisolated(unsafe) private var restoreBytes: UnsafeMutablePointer<UInt8>?
nonisolated(unsafe) private var restoreCount = 0
nonisolated(unsafe) private var terminalDescriptor: Int32 = -1
nonisolated(unsafe) private var isArmed: Int32 = 0
nonisolated(unsafe) private var errorOriginal: Int32 = -1
nonisolated(unsafe) private var errorCapture: Int32 = -1
nonisolated(unsafe) private var previousActions: UnsafeMutablePointer<sigaction>?
nonisolated(unsafe) private var copyBuffer: UnsafeMutableRawPointer?
private let copyBufferSize = 4096

/// Gives the terminal back when the program ends in a way that no ordinary code sees: a crash, an abort, `exit`.
enum TerminalGuard {
    private static let crashSignals = [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS, SIGQUIT]

    /// Synchronized output, mouse, focus and paste modes off; scroll region, character set, colours, wrapping and
    /// keypad as a shell expects them; normal screen; cursor shown.
    private static let restoreText =
        "\u{1b}[?2026l\u{1b}[?1003l\u{1b}[?1002l\u{1b}[?1000l\u{1b}[?1006l\u{1b}[?1004l\u{1b}[?2004l"
        + "\u{1b}[r\u{1b}(B\u{0f}\u{1b}[m\u{1b}[?7h\u{1b}[?1l\u{1b}>\u{1b}[?1049l\u{1b}[?25h\r"

    /// Remembers the settings of `terminal` and installs the handlers. Call on the thread that draws, before drawing.
    static func install(terminal: Int32) {
        tcgetattr(terminal, &savedSettings)
        terminalDescriptor = terminal
        guard restoreBytes == nil else { return }
        let bytes = Array(restoreText.utf8)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        memory.initialize(from: bytes, count: bytes.count)
        restoreBytes = memory
        restoreCount = bytes.count
        copyBuffer = .allocate(byteCount: copyBufferSize, alignment: 16)
        installAlternateStack()
        installHandlers()
        atexit { restoreFromAnywhere() }
    }

    /// From now on the terminal is not as a shell expects it. `original` is where standard error went before it was
    /// redirected to `capture`; -1 for both when it was not.
    static func arm(original: Int32, capture: Int32) {
        errorOriginal = original
        errorCapture = capture
        isArmed = 1
    }

    /// The terminal has been given back in the ordinary way.
    static func disarm() { isArmed = 0 }

    /// The settings from before the program touched the terminal.
    static func restoreSettings() {
        guard terminalDescriptor >= 0 else { return }
        tcsetattr(terminalDescriptor, TCSANOW, &savedSettings)
    }

    /// A stack overflow leaves no stack to run a handler on.
    private static func installAlternateStack() {
        let size = 64 * 1024
        var stack = stack_t(ss_sp: .allocate(byteCount: size, alignment: 16), ss_flags: 0, ss_size: size)
        sigaltstack(&stack, nil)
    }

    private static func installHandlers() {
        let actions = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)
        actions.initialize(repeating: sigaction(), count: 65)
        previousActions = actions
        // The runtime's own crash report asks for a key for half a minute unless it was told not to when the program
        // started; then the default action is better, and so it is for a plain request to quit.
        let setting = getenv("SWIFT_BACKTRACE").map { String(cString: $0) } ?? ""
        let keepsRuntimeReport = setting.contains("interactive=no") || setting.contains("enable=no")
        for signal in crashSignals {
            var action = sigaction()
            action.__sigaction_handler.sa_sigaction = { number, info, _ in handle(number, info) }
            action.sa_flags = Int32(bitPattern: UInt32(SA_ONSTACK)) | SA_SIGINFO
            sigaction(signal, &action, &actions[Int(signal)])
            if !keepsRuntimeReport || signal == SIGQUIT { actions[Int(signal)] = defaultAction() }
        }
    }

    private static func defaultAction() -> sigaction {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = SIG_DFL
        return action
    }
}

/// Runs inside a signal handler: system calls only.
private func handle(_ number: Int32, _ info: UnsafeMutablePointer<siginfo_t>?) {
    restoreFromAnywhere()
    if let previousActions { sigaction(number, &previousActions[Int(number)], nil) }
    // A fault happens again when the handler returns; a signal that somebody sent has to be sent again.
    if let info, info.pointee.si_code > 0 { return }
    raise(number)
}

/// Normal screen, the settings from before, and what was printed to standard error meanwhile. System calls only.
private func restoreFromAnywhere() {
    guard isArmed != 0, let restoreBytes, let copyBuffer else { return }
    isArmed = 0
    _ = write(terminalDescriptor, restoreBytes, restoreCount)
    _ = tcsetattr(terminalDescriptor, TCSANOW, &savedSettings)
    guard errorOriginal >= 0, errorCapture >= 0 else { return }
    _ = dup2(errorOriginal, STDERR_FILENO)
    var offset = 0
    while true {
        let count = pread(errorCapture, copyBuffer, copyBufferSize, offset)
        if count <= 0 { break }
        _ = write(STDERR_FILENO, copyBuffer, count)
        offset += count
    }
}
