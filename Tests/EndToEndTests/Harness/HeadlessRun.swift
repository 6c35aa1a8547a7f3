import Glibc
import Synchronization

/// A program without a terminal: its output goes into pipes.
final class HeadlessRun: Sendable {
    /// What it wrote so far.
    struct Output: Sendable {
        fileprivate(set) var outputBytes: [UInt8] = []
        fileprivate(set) var errorBytes: [UInt8] = []
        var output: String { String(decoding: outputBytes, as: UTF8.self) }
        var error: String { String(decoding: errorBytes, as: UTF8.self) }
        /// Lines of standard output; a line that is not ended yet is left out.
        var outputLines: [String] { Self.lines(outputBytes) }
        var errorLines: [String] { Self.lines(errorBytes) }

        private static func lines(_ bytes: [UInt8]) -> [String] {
            var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            lines.removeLast()
            return lines.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    let process: ChildProcess
    private let written: Observed<Output>
    private let reader: OutputReader

    init(
        _ path: String, _ arguments: [String], environment: [String: String] = PseudoTerminal.environment,
        lifetime: Duration = Patience.lifetime
    ) throws {
        let output = try Descriptors.pipe()
        let error = try Descriptors.pipe()
        defer { for descriptor in [output.write, error.write] { Glibc.close(descriptor) } }
        process = try ChildProcess(
            path, arguments, environment: environment, streams: .pipes(output: output.write, error: error.write),
            lifetime: lifetime)
        written = Observed(Output())
        reader = try OutputReader([output.read, error.read]) { [written] report in
            switch report {
            case .bytes(let index, let bytes, let settled):
                written.update(settled: settled) { written in
                    if index == 0 { written.outputBytes += bytes } else { written.errorBytes += bytes }
                }
            case .ended: written.end("the program has ended")
            case .closed: written.end("the pipes were closed")
            }
        }
        process.whenEnded { [reader] in reader.processEnded() }
    }

    var soFar: Output { written.value }

    /// Waits until the output looks as described.
    @discardableResult
    func until(
        _ what: String, within timeout: Duration = Patience.wait, _ suits: @escaping @Sendable (Output) -> Bool
    ) async throws -> Output {
        try await written.first(
            what, within: timeout, describe: { "[stdout]\n\($0.output)\n[stderr]\n\($0.error)" }
        ) { suits($0) ? $0 : nil }
    }

    /// Waits until the program has ended and returns all it wrote.
    func ended() async -> (status: ExitStatus, output: Output) {
        let status = await process.ended()
        _ = try? await written.first("the end", within: .seconds(5), describe: { _ in "" }) { _ in Never?.none }
        return (status, written.value)
    }

    /// Closes the reading ends, as a pager that is left.
    func stopReading() { reader.close() }

    /// Kills what is left and frees the pipes.
    func close() async {
        let strays = ProcessFacts.session(process.pid).filter { $0 != process.pid }
        process.killOverdue()
        for stray in strays { kill(stray, SIGKILL) }
        _ = await process.ended()
        reader.close()
    }
}

/// Runs `body` with a program that has no terminal; whatever happens, nothing of it is left when this returns.
func withHeadlessRun<Result>(
    _ path: String, _ arguments: [String] = [], environment: [String: String] = PseudoTerminal.environment,
    lifetime: Duration = Patience.lifetime, _ body: (HeadlessRun) async throws -> Result
) async throws -> Result {
    let run = try HeadlessRun(path, arguments, environment: environment, lifetime: lifetime)
    do {
        let result = try await body(run)
        await run.close()
        return result
    } catch {
        await run.close()
        throw error
    }
}
