import CNcurses
import Glibc

nonisolated(unsafe) private var wakeDescriptor: Int32 = -1
nonisolated(unsafe) private var sizeChanged: Int32 = 0
nonisolated(unsafe) private var stopAsked: Int32 = 0
nonisolated(unsafe) private var continued: Int32 = 0

/// The signals that concern the terminal: each sets a flag and wakes the thread that draws, wherever it lands.
enum TerminalSignals {
    enum Event { case resized, suspendAsked, continued }

    /// Installs the handlers. Before ncurses starts, which then leaves these signals alone.
    static func install(wake: Int32) {
        wakeDescriptor = wake
        set(SIGWINCH) { _ in note(&sizeChanged) }
        set(SIGTSTP) { _ in note(&stopAsked) }
        set(SIGCONT) { _ in note(&continued) }
    }

    static func remove() {
        for number in [SIGWINCH, SIGTSTP, SIGCONT] { restoreDefault(number) }
        wakeDescriptor = -1
    }

    /// What happened since the last time, once each.
    static func take() -> [Event] {
        var events: [Event] = []
        if sizeChanged != 0 {
            sizeChanged = 0
            events.append(.resized)
        }
        if stopAsked != 0 {
            stopAsked = 0
            events.append(.suspendAsked)
        }
        if continued != 0 {
            continued = 0
            events.append(.continued)
        }
        return events
    }

    /// Stops the whole job, as the terminal's own key would; returns when it is continued.
    static func stopProcess() {
        restoreDefault(SIGTSTP)
        _ = kill(0, SIGTSTP)
        set(SIGTSTP) { _ in note(&stopAsked) }
        continued = 0
    }

    private static func set(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = SA_RESTART
        sigaction(number, &action, nil)
    }

    private static func restoreDefault(_ number: Int32) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = SIG_DFL
        sigaction(number, &action, nil)
    }
}

/// Runs inside a signal handler: one store, one system call.
private func note(_ flag: inout Int32) {
    flag = 1
    let before = errno
    var byte: UInt8 = 1
    if wakeDescriptor >= 0 { _ = write(wakeDescriptor, &byte, 1) }
    errno = before
}
