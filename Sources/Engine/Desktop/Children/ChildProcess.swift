import Basics
import Glibc
import Subprocess

/// A program that runs as long as its owner wants: in a session of its own, so that no signal of the terminal reaches
/// it, and killed by the kernel when this process goes away in whatever manner (`setpriv --pdeathsig`).
final class ChildProcess: Sendable {
    struct Plan: Sendable {
        /// What it is called in messages.
        var name: String
        /// The program and its arguments. Never a shell line.
        var command: [String]
        var environment: ChildEnvironment
        /// The Debian package of the program.
        var package: String?
        /// It outlives this process, to clean up after it.
        var outlivesUs = false
        /// How long it may take to end when it is told to, before it is killed.
        var grace = Duration.seconds(1)
    }

    let name: String
    /// Why it ended: told once, when it was reaped.
    let ending = FirstValue<String>()
    let tail = StderrTail()
    private let started = FirstValue<pid_t?>()
    private let input = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .unbounded)
    private let task: Task<Void, Never>

    /// Starts it. `onOutput` is given what it writes, piece by piece, in order.
    /// - Throws: ``DesktopError`` when there is no such program, or it cannot be started.
    static func start(
        _ plan: Plan, onOutput: @escaping @Sendable (UnsafeRawBufferPointer) -> Void = { _ in }
    ) async throws(DesktopError) -> ChildProcess {
        let program = plan.command.first ?? ""
        guard plan.environment.has(program) else { throw .missing(program, package: plan.package) }
        guard plan.outlivesUs || plan.environment.has("setpriv") else {
            throw .missing("setpriv", package: ShortRun.packages["setpriv"])
        }
        let child = ChildProcess(plan, onOutput)
        guard await child.started.value != nil else { throw .ended(plan.name, why: await child.ending.value) }
        return child
    }

    private init(_ plan: Plan, _ onOutput: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        name = plan.name
        // It may end while nobody of ours has anything to do with it any more.
        let (started, ending, tail, input) = (started, ending, tail, input.stream)
        task = Task(executorPreference: globalConcurrentExecutor) {
            let why = await Self.run(plan, started, tail, input, onOutput)
            started.set(nil)
            ending.set(why)
        }
    }

    /// Its process number, which is that of its group and session too; `nil` when it could not be started.
    var pid: pid_t? { started.current ?? nil }

    var hasEnded: Bool { ending.current != nil }

    /// Calls `body` when it has ended, at once if it has by now.
    func whenEnded(_ body: @escaping @Sendable () -> Void) {
        // It ends before its owner is done, and this with it.
        Task { [ending] in
            _ = await ending.value
            body()
        }
    }

    /// Hands it bytes on its standard input. Never waits.
    func write(_ text: String) { input.continuation.yield(Array(text.utf8)) }

    /// Ends it, politely first, and returns when it was reaped.
    func end() async {
        task.cancel()
        await task.value
    }

    private static func run(
        _ plan: Plan, _ started: FirstValue<pid_t?>, _ tail: StderrTail, _ input: AsyncStream<[UInt8]>,
        _ onOutput: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
    ) async -> String {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: plan.grace)
        ]
        // What it has started goes with it, also what took no notice of the polite signal that ended it. Numbers are
        // given in turn: nobody else has this one a moment after it was reaped.
        defer { if let pid = started.current ?? nil { kill(-pid, SIGKILL) } }
        // Both take a program by its name or by its path.
        let command = (plan.outlivesUs ? ["env"] : ["setpriv", "--pdeathsig", "KILL", "--"]) + plan.command
        do {
            let result = try await Subprocess.run(
                .name(command[0]), arguments: Arguments(Array(command.dropFirst())),
                environment: .custom(plan.environment.forSubprocess), platformOptions: options,
                input: .inputWriter, output: .sequence, error: .sequence
            ) { execution in
                started.set(execution.processIdentifier.value)
                let drained = Wakeup()
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for await bytes in input { _ = try? await execution.standardInputWriter.write(bytes) }
                    }
                    // What is cut off because it was killed is no error; why it ended is told by its status.
                    group.addTask {
                        do {
                            for try await piece in execution.standardOutput { piece.withUnsafeBytes(onOutput) }
                        } catch {}
                        drained.signal()
                        await untilCancelled()
                    }
                    group.addTask {
                        do {
                            for try await piece in execution.standardError {
                                piece.withUnsafeBytes { tail.append($0) }
                            }
                        } catch {}
                    }
                    // Whatever closes its standard error has ended, or is as good as that.
                    await group.next()
                    // What it wrote last is still on its way; unless somebody else holds the other end, this is short.
                    await drained.wait(until: .now + .milliseconds(200), clock: ContinuousClock())
                    group.cancelAll()
                    // Until it is reaped nobody else can have its number: what it has started goes with it.
                    if !Task.isCancelled { kill(-execution.processIdentifier.value, SIGKILL) }
                }
            }
            let line = tail.lastLine
            return words(result.terminationStatus) + (line.isEmpty ? "" : "; it last said: \(line)")
        } catch {
            return Task.isCancelled ? "it was told to" : "\(error)"
        }
    }

    private static func untilCancelled() async {
        let never = Wakeup()
        await never.wait()
    }

    private static func words(_ status: TerminationStatus) -> String {
        switch status {
        case .exited(let code): "exit code \(code)"
        case .signaled(let number): "killed by signal \(number)"
        }
    }
}

extension ChildEnvironment {
    /// As swift-subprocess takes it.
    var forSubprocess: [Environment.Key: String] {
        var result: [Environment.Key: String] = [:]
        for (name, value) in variables { if let key = Environment.Key(rawValue: name) { result[key] = value } }
        return result
    }
}
