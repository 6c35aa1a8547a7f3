import CNcurses
import Glibc

// What a signal handler may touch: plain memory, filled in before the handler is installed. A handler cannot take a
// lock or run Swift's lazy initialisation, which is why these are not in a class and not checked for isolation.
nonisolated(unsafe) private var savedSettings: UnsafeMutablePointer<termios>?
nonisolated(unsafe) private var restoreBytes: UnsafeMutablePointer<UInt8>?
nonisolated(unsafe) private var restoreCount = 0
nonisolated(unsafe) private var terminalDescriptor: Int32 = -1
/// Does not wait, so that a stalled terminal cannot keep a crash from ending the program.
nonisolated(unsafe) private var writingDescriptor: Int32 = -1
nonisolated(unsafe) private var isArmed: Int32 = 0
nonisolated(unsafe) private var errorOriginal: Int32 = -1
nonisolated(unsafe) private var errorReader: Int32 = -1
nonisolated(unsafe) private var previousActions: UnsafeMutablePointer<sigaction>?
nonisolated(unsafe) private var copyBuffer: UnsafeMutableRawPointer?
private let copyBufferSize = 4096

/// Gives the terminal back when the program ends in a way that no ordinary code sees: a crash, an abort, `exit`.
enum TerminalGuard {
    private static let crashes = [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGSYS, SIGABRT, SIGQUIT]
    /// Signals that the session answers itself, that cannot be caught, or that end nobody.
    private static let others = [
        SIGINT, SIGTERM, SIGHUP, SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGCHLD, SIGURG, SIGWINCH,
    ]

    /// Remembers the settings of `terminal` and installs the handlers. `writing` is the same terminal, opened so that
    /// writing never waits. Call on the thread that draws, before drawing.
    static func install(terminal: Int32, writing: Int32) {
        // Not a variable of that type: the compiler gives a global one three bytes less than the C library fills.
        let settings = savedSettings ?? .allocate(capacity: 1)
        settings.initialize(to: termios())
        tcgetattr(terminal, settings)
        savedSettings = settings
        terminalDescriptor = terminal
        writingDescriptor = writing
        guard copyBuffer == nil else { return }
        copyBuffer = .allocate(byteCount: copyBufferSize, alignment: 16)
        AlternateStack.install()
        installHandlers()
        atexit { restoreFromAnywhere() }
    }

    /// What makes the terminal as a shell expects it. What it was before stays in memory: a handler may be writing it.
    static func setRestoreBytes(_ bytes: [UInt8]) {
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        memory.initialize(from: bytes, count: bytes.count)
        // A handler between the two must not read more than there is.
        restoreCount = 0
        restoreBytes = memory
        restoreCount = bytes.count
    }

    /// From now on the terminal is not as a shell expects it; what is printed to standard error is kept back.
    static func arm(_ errors: ErrorCapture) {
        errorOriginal = errors.original
        errorReader = errors.reader
        isArmed = 1
    }

    /// The terminal has been given back in the ordinary way.
    static func disarm() { isArmed = 0 }

    /// The settings from before the program touched the terminal.
    static func restoreSettings() {
        guard terminalDescriptor >= 0, let savedSettings else { return }
        tcsetattr(terminalDescriptor, TCSANOW, savedSettings)
    }

    /// Keys one by one and unchanged, Ctrl-C, Ctrl-Z and Ctrl-S included; nothing is echoed; a line feed is no return.
    static func setRaw() {
        guard var settings = savedSettings?.pointee else { return }
        settings.c_iflag &= ~tcflag_t(BRKINT | ICRNL | INLCR | IGNCR | ISTRIP | INPCK | PARMRK | IXON)
        // Curses reckons with these: what it writes must arrive unchanged.
        settings.c_oflag &= ~tcflag_t(ONLCR | OCRNL | XTABS)
        settings.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | IEXTEN | ISIG)
        withUnsafeMutableBytes(of: &settings.c_cc) { characters in
            characters[Int(VMIN)] = 1
            characters[Int(VTIME)] = 0
        }
        tcsetattr(terminalDescriptor, TCSANOW, &settings)
    }

    private static func installHandlers() {
        let actions = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)
        actions.initialize(repeating: sigaction(), count: 65)
        previousActions = actions
        // The runtime's own crash report asks for a key for half a minute unless it was told not to when the program
        // started; then the default action is better, and so it is for a plain request to quit.
        let setting = getenv("SWIFT_BACKTRACE").map { String(cString: $0) } ?? ""
        let keepsRuntimeReport = setting.contains("interactive=no") || setting.contains("enable=no")
        for signal in 1...Int32(64) where !others.contains(signal) {
            var before = sigaction()
            // The C library keeps two for itself.
            guard sigaction(signal, nil, &before) == 0 else { continue }
            let isCrash = crashes.contains(signal)
            // Somebody else's, or ignored: it ends nothing.
            if !isCrash, before.__sigaction_handler.sa_handler != nil { continue }
            var action = sigaction()
            action.__sigaction_handler.sa_sigaction = { number, info, _ in handle(number, info) }
            action.sa_flags = Int32(bitPattern: UInt32(SA_ONSTACK)) | SA_SIGINFO
            sigaction(signal, &action, nil)
            actions[Int(signal)] = isCrash && signal != SIGQUIT && keepsRuntimeReport ? before : defaultAction()
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
    switch number {
    case SIGSEGV, SIGBUS, SIGILL, SIGFPE:
        // A fault happens again when the handler returns, and whoever reports it then sees where.
        if let info, info.pointee.si_code > 0 { return }
    default: break
    }
    raise(number)
}

/// Normal screen, the settings from before, and what was printed to standard error meanwhile. System calls only.
private func restoreFromAnywhere() {
    guard isArmed != 0, let restoreBytes, let copyBuffer, let savedSettings else { return }
    isArmed = 0
    // The thread that draws goes on until the process is gone: what it writes from now on goes nowhere.
    let terminal = fcntl(writingDescriptor, F_DUPFD_CLOEXEC, 0)
    let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
    if terminal >= 0, nowhere >= 0 { _ = dup2(nowhere, writingDescriptor) }
    let isWritten = writeWithinASecond(to: terminal >= 0 ? terminal : writingDescriptor, restoreBytes, restoreCount)
    _ = tcsetattr(terminalDescriptor, TCSANOW, savedSettings)
    guard isWritten else { return }
    ErrorCapture.show(original: errorOriginal, reader: errorReader, buffer: copyBuffer, size: copyBufferSize)
}

/// Gives a terminal that is busy with a frame the time to take this too. System calls only.
private func writeWithinASecond(
    to terminal: Int32, _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int
) -> Bool {
    var sent = 0
    for _ in 0..<20 {
        let more = write(terminal, bytes + sent, count - sent)
        if more > 0 { sent += more } else if errno != EAGAIN && errno != EINTR { return false }
        if sent == count { return true }
        var ready = pollfd(fd: terminal, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, 50)
    }
    return false
}
