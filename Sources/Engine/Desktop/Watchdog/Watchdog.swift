import Basics
import Glibc
import Synchronization

/// The watchdog of this process: tells it what is down and what runs, so that it can clean up when this process goes
/// away in whatever manner. One that dies is started again, and told everything anew.
package final class Watchdog: Sendable {
    /// The hidden command by which the program becomes a watchdog.
    package static let command = "_watchdog"

    private struct State {
        var known = WatchdogState()
        var process: ChildProcess?
        var isClosed = false
    }

    private let environment: ChildEnvironment
    private let program: String
    private let state = Mutex(State())

    private init(_ program: String, _ environment: ChildEnvironment) {
        (self.program, self.environment) = (program, environment)
    }

    static func start(program: String, _ environment: ChildEnvironment) async throws(DesktopError) -> Watchdog {
        let watchdog = Watchdog(program, environment)
        try await watchdog.start()
        return watchdog
    }

    private func start() async throws(DesktopError) {
        var plan = ChildProcess.Plan(name: "the watchdog", command: [program, Self.command], environment: environment)
        plan.outlivesUs = true
        plan.grace = .milliseconds(200)
        let process = try await ChildProcess.start(plan)
        state.withLock { state in
            state.process = process
            for line in state.known.lines { process.write(line.text + "\n") }
        }
        process.whenEnded { [weak self] in
            guard let self, self.state.withLock({ !$0.isClosed }) else { return }
            Task {
                // One that cannot live is not started all the time.
                try await Task.sleep(for: .milliseconds(500))
                if !self.state.withLock(\.isClosed) { try await self.start() }
            }
        }
    }

    func tell(_ line: WatchdogState.Line) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.known.apply(line)
            state.process?.write(line.text + "\n")
        }
    }

    /// A process of ours, from now until it ends.
    func watch(_ child: ChildProcess) {
        guard let pid = child.pid, let start = ProcessFacts.start(of: pid) else { return }
        tell(.process(.init(pid: pid, start: start)))
        child.whenEnded { [weak self] in self?.tell(.gone(pid)) }
    }

    /// Nothing is left to be watched: it ends by itself. Idempotent.
    func close() async {
        let process = state.withLock { state in
            if !state.isClosed { state.process?.write(WatchdogState.Line.end.text + "\n") }
            state.isClosed = true
            return state.process
        }
        guard let process else { return }
        let timer = Task {
            try await Task.sleep(for: .milliseconds(500))
            await process.end()
        }
        _ = await process.ending.value
        timer.cancel()
    }
}

extension WatchdogState {
    /// What tells all of it.
    var lines: [Line] {
        let place = display.map {
            [Line.display(name: $0.name, authority: $0.authority, serverPid: $0.serverPid)]
        } ?? []
        return place + processes.map(Line.process) + down.map(Line.down) + folders.map(Line.folder)
    }
}
