import Basics
import Synchronization

/// A long-lived `xdotool -`, which does each line as it comes. Each request ends with a question whose answer says that
/// all before it was done.
///
/// xdotool and not XTEST by our own hand: no library to link, and an X error ends it instead of us.
final class XDotool: Sendable {
    /// What a request came to.
    private typealias Answer = Result<[String], DesktopError>

    private struct State {
        var pending: [FirstValue<Answer>] = []
        var lines: [String] = []
        var partial: [UInt8] = []
        var isOver = false
    }

    /// Its answer names the place of the pointer: nothing else that we ask answers so.
    private static let question = "getmouselocation\n"
    private static let mark = "x:"

    let process: ChildProcess
    private let state: Answers

    private final class Answers: Sendable {
        let state = Mutex(State())

        func take(_ bytes: UnsafeRawBufferPointer) {
            let done = state.withLock { state -> [(FirstValue<Answer>, [String])] in
                var done: [(FirstValue<Answer>, [String])] = []
                for byte in bytes {
                    guard byte == UInt8(ascii: "\n") else {
                        state.partial.append(byte)
                        continue
                    }
                    let line = String(decoding: state.partial, as: UTF8.self)
                    state.partial = []
                    if !line.hasPrefix(XDotool.mark) {
                        state.lines.append(line)
                    } else if !state.pending.isEmpty {
                        done.append((state.pending.removeFirst(), state.lines))
                        state.lines = []
                    }
                }
                return done
            }
            for (answer, lines) in done { answer.set(.success(lines)) }
        }

        func end(_ why: String) {
            let pending = state.withLock { state in
                defer { state.pending = [] }
                state.isOver = true
                return state.pending
            }
            for answer in pending { answer.set(.failure(.ended("xdotool", why: why))) }
        }
    }

    private init(_ process: ChildProcess, _ answers: Answers) { (self.process, state) = (process, answers) }

    static func start(_ environment: ChildEnvironment) async throws(DesktopError) -> XDotool {
        let answers = Answers()
        var plan = ChildProcess.Plan(name: "xdotool", command: ["xdotool", "-"], environment: environment)
        plan.package = ShortRun.packages["xdotool"]
        plan.grace = .milliseconds(200)
        let process = try await ChildProcess.start(plan) { answers.take($0) }
        process.whenEnded { [ending = process.ending] in answers.end(ending.current ?? "") }
        return XDotool(process, answers)
    }

    /// A machine that is busy with something else is no reason to give up what still works.
    private static let patience = Duration.seconds(10)

    /// Has it do these lines, in order with all other requests; returns what it answered, when they are done.
    func ask(_ lines: [String], clock: any EngineClock) async throws(DesktopError) -> [String] {
        let answer = FirstValue<Answer>()
        let isOver = state.state.withLock { state in
            guard !state.isOver else { return true }
            state.pending.append(answer)
            // Under the lock, so that answers come in the order of those who wait.
            process.write(lines.map { $0 + "\n" }.joined() + Self.question)
            return false
        }
        if isOver { throw .ended("xdotool", why: process.ending.current ?? "") }
        let timer = Task {
            try await clock.sleep(for: Self.patience)
            answer.set(.failure(.late("xdotool", Self.patience, saying: "")))
        }
        defer { timer.cancel() }
        return try await answer.value.get()
    }

    func end() async { await process.end() }
}
