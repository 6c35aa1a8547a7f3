import FoundationEssentials
import Glibc

/// The process that outlives its owner for a moment: reads what there is to know from its standard input, and when that
/// ends without a word, releases every key, ends every process that is left, and removes what they would have removed.
package enum WatchdogDuty {
    /// How often it is looked whether the owner was stopped, in milliseconds, while a key is down.
    private static let interval: Int32 = 250

    /// Blocks until the owner is gone; returns the exit code.
    package static func run(environment: [String: String]) -> Int32 {
        for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { signal(number, SIG_IGN) }
        let (owner, environment) = (getppid(), ChildEnvironment(environment))
        var (state, unfinished, hasReleased) = (WatchdogState(), [UInt8](), false)
        while true {
            var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
            guard poll(&input, 1, state.down.isEmpty ? -1 : interval) != 0 else {
                // Stopped by somebody, it cannot release what it holds, and a key that is down goes on repeating.
                guard ProcessFacts.isStopped(owner) else { continue }
                if !hasReleased { release(state, environment) }
                hasReleased = true
                continue
            }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(0, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            hasReleased = false
            unfinished += bytes.prefix(count)
            while let end = unfinished.firstIndex(of: UInt8(ascii: "\n")) {
                let text = String(decoding: unfinished[..<end], as: UTF8.self)
                if let line = WatchdogState.Line(text) { state.apply(line) }
                unfinished.removeSubrange(...end)
            }
            if state.isOver { return 0 }
        }
        act(state, environment)
        return 0
    }

    private static func release(_ state: WatchdogState, _ environment: ChildEnvironment) {
        guard let display = state.display, let release = state.release else { return }
        var variables = environment.setting(["DISPLAY": display.name])
        if let authority = display.authority { variables = variables.setting(["XAUTHORITY": authority]) }
        spawn(["xdotool"] + release, variables)
    }

    private static func act(_ state: WatchdogState, _ environment: ChildEnvironment) {
        release(state, environment)
        for process in state.processes where ProcessFacts.start(of: process.pid) == process.start {
            kill(-process.pid, SIGKILL)
            kill(process.pid, SIGKILL)
        }
        if let display = state.display, let server = display.serverPid {
            // Killed processes take a moment until they are none any more; so do those that the kernel kills for us.
            for _ in 0..<100 where ProcessFacts.start(of: server) != nil { usleep(20_000) }
            XDisplay.removeFiles(of: display.name, server: server)
        }
        for folder in state.folders { try? FileManager.default.removeItem(atPath: folder) }
    }

    /// Runs a program and waits for it, two seconds at the most; wait(2) knows no time limit.
    private static func spawn(_ command: [String], _ environment: ChildEnvironment) {
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var pid = pid_t()
        guard posix_spawnp(&pid, command[0], nil, nil, &arguments, &variables) == 0 else { return }
        var status: Int32 = 0
        // Nothing else runs in this process that could be held up, and what is run here takes a moment.
        for _ in 0..<200 {
            if waitpid(pid, &status, WNOHANG) != 0 { return }
            usleep(10_000)
        }
        kill(pid, SIGKILL)
        waitpid(pid, &status, 0)
    }
}

/// What the kernel says of a process.
enum ProcessFacts {
    /// When it was started, in ticks since the machine was; `nil` when there is none of that number, or only what is
    /// left to be reaped.
    static func start(of pid: pid_t) -> UInt64? {
        guard let fields = fields(pid), fields[0] != "Z" else { return nil }
        return UInt64(fields[19])
    }

    /// Whether a signal has stopped it.
    static func isStopped(_ pid: pid_t) -> Bool { fields(pid)?[0] == "T" }

    /// What follows the command in `/proc/PID/stat` (proc(5)); the command in parentheses may hold anything.
    private static func fields(_ pid: pid_t) -> [Substring]? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat"),
            let close = data.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = String(decoding: data[data.index(after: close)...], as: UTF8.self).split(separator: " ")
        return fields.count > 19 ? fields : nil
    }
}
