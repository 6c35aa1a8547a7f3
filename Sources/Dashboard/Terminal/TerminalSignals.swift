import CNcurses
import Glibc
import Synchronization

// Atomics: a handler may interrupt the very thread that takes a flag, which for a plain variable is an access conflict.
private let wakeDescriptor = Atomic<Int32>(-1)
private let sizeChanged = Atomic<Bool>(false)
private let stopAsked = Atomic<Bool>(false)
private let continued = Atomic<Bool>(false)

/// The signals that concern the terminal: each sets a flag and wakes the thread that draws, wherever it lands.
package enum TerminalSignals {
    package enum Event { case resized, suspendAsked, continued }

    /// Installs the handlers. Before ncurses starts, which then leaves these signals alone.
    static func install(wake: Int32) {
        // Stored to here, so that none of them is made for the first time inside a handler.
        wakeDescriptor.store(wake, ordering: .relaxed)
        sizeChanged.store(false, ordering: .relaxed)
        stopAsked.store(false, ordering: .relaxed)
        continued.store(false, ordering: .relaxed)
        set(SIGWINCH) { _ in note(sizeChanged) }
        set(SIGTSTP) { _ in note(stopAsked) }
        set(SIGCONT) { _ in note(continued) }
    }

    static func remove() {
        for number in [SIGWINCH, SIGTSTP, SIGCONT] { restoreDefault(number) }
        wakeDescriptor.store(-1, ordering: .relaxed)
    }

    /// What happened since the last time, once each.
    package static func take() -> [Event] {
        var events: [Event] = []
        if sizeChanged.exchange(false, ordering: .relaxed) { events.append(.resized) }
        if stopAsked.exchange(false, ordering: .relaxed) { events.append(.suspendAsked) }
        if continued.exchange(false, ordering: .relaxed) { events.append(.continued) }
        return events
    }

    /// Stops the whole job, as the terminal's own key would; returns when it is continued.
    static func stopProcess() {
        restoreDefault(SIGTSTP)
        _ = kill(0, SIGTSTP)
        set(SIGTSTP) { _ in note(stopAsked) }
        continued.store(false, ordering: .relaxed)
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
private func note(_ flag: borrowing Atomic<Bool>) {
    flag.store(true, ordering: .relaxed)
    let before = errno
    let descriptor = wakeDescriptor.load(ordering: .relaxed)
    var byte: UInt8 = 1
    if descriptor >= 0 { _ = write(descriptor, &byte, 1) }
    errno = before
}
