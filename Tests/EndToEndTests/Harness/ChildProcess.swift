import Glibc
import Synchronization

/// How a process ended.
enum ExitStatus: Sendable, Equatable, CustomStringConvertible {
    case code(Int32)
    case signal(Int32)
    /// It was killed by the harness because it had not ended in time.
    case overdue

    var description: String {
        switch self {
        case .code(let code): "exit \(code)"
        case .signal(let number): "killed by signal \(number)"
        case .overdue: "did not end in time and was killed by the test"
        }
    }
}

/// Where the standard descriptors of a child come from.
enum StandardStreams {
    /// Standard input, output and error are this terminal, which becomes the child's controlling terminal.
    case terminal(path: String)
    /// Standard input is empty; the other two are these descriptors.
    case pipes(output: Int32, error: Int32)
}

/// A child process in a session of its own, waited for on a thread of its own, and killed when its time is up.
final class ChildProcess: Sendable {
    private struct State {
        var status: ExitStatus?
        var isOverdue = false
        var waiters: [CheckedContinuation<ExitStatus, Never>] = []
        var onExit: [@Sendable () -> Void] = []
    }
    let pid: pid_t
    private let state = Mutex(State())

    /// Nothing but the three standard descriptors reaches the child, and every signal has its default meaning there.
    init(
        _ path: String, _ arguments: [String], environment: [String: String], streams: StandardStreams,
        lifetime: Duration
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        switch streams {
        case .terminal(let path):
            posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, 0, 1)
            posix_spawn_file_actions_adddup2(&actions, 0, 2)
        case .pipes(let output, let error):
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_adddup2(&actions, error, 2)
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        // Descriptors that other tests hold open must not live on in the child. Closing what is not open is no error.
        for descriptor: Int32 in 3..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, a GNU extension that the module map leaves out
        posix_spawnattr_setflags(&attributes, Int16(newSession | Int32(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD, SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH] {
            sigaddset(&signals, number)
        }
        posix_spawnattr_setsigdefault(&attributes, &signals)

        var argv: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid = pid_t()
        let failure = posix_spawn(&pid, path, &actions, &attributes, &argv, &envp)
        guard failure == 0 else { throw SystemError("posix_spawn \(path)", failure) }
        self.pid = pid
        // Without the pipe the child would run unguarded, so it is not let loose.
        let (isOver, over): (Int32, Int32)
        do {
            (isOver, over) = try Descriptors.pipe()
        } catch {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
            throw error
        }
        startThread { [self] in
            wait()
            Glibc.close(over)
        }
        // The guard needs nothing of the test: neither its reader nor the threads of Swift concurrency.
        startThread { [self] in
            var ended = pollfd(fd: isOver, events: Int16(POLLIN), revents: 0)
            while true {
                let count = poll(&ended, 1, lifetime.milliseconds)
                if count < 0, errno == EINTR { continue }
                if count == 0 { killOverdue() }
                break
            }
            Glibc.close(isOver)
        }
    }

    /// Sends a signal, unless the process has ended.
    func signal(_ number: Int32) {
        state.withLock { if $0.status == nil { kill(pid, number) } }
    }

    /// Kills the process and its group; it then counts as overdue.
    func killOverdue() {
        state.withLock { state in
            guard state.status == nil else { return }
            state.isOverdue = true
            kill(-pid, SIGKILL)
            kill(pid, SIGKILL)
        }
    }

    /// `nil` while it runs.
    var status: ExitStatus? { state.withLock { $0.status } }

    /// Waits for the end.
    func ended() async -> ExitStatus {
        await withCheckedContinuation { continuation in
            let status = state.withLock { state in
                if state.status == nil { state.waiters.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Calls `action` once the process has ended, on some thread.
    func whenEnded(_ action: @escaping @Sendable () -> Void) {
        let now = state.withLock { state in
            if state.status == nil { state.onExit.append(action) }
            return state.status != nil
        }
        if now { action() }
    }

    private func wait() {
        // Reaped under the lock, so that no signal can reach another process that got the same number.
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        let (status, waiters, actions) = state.withLock { state in
            var raw: Int32 = 0
            waitpid(pid, &raw, 0)
            let number = raw & 0x7F
            let plain: ExitStatus = number == 0 ? .code(raw >> 8 & 0xFF) : .signal(number)
            let status = state.isOverdue ? .overdue : plain
            state.status = status
            defer { (state.waiters, state.onExit) = ([], []) }
            return (status, state.waiters, state.onExit)
        }
        for action in actions { action() }
        for waiter in waiters { waiter.resume(returning: status) }
    }
}

extension Duration {
    /// For `poll`: rounded up.
    fileprivate var milliseconds: Int32 {
        Int32(clamping: components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 + 1)
    }
}

/// A system call failed.
struct SystemError: Error, CustomStringConvertible {
    let call: String
    let number: Int32
    init(_ call: String, _ number: Int32 = errno) {
        self.call = call
        self.number = number
    }
    var description: String { "\(call): \(String(cString: strerror(number)))" }
}
