import Basics
import Subprocess

/// A program that answers and ends.
enum ShortRun {
    struct Answer: Sendable {
        let isGood: Bool
        let output: String
        /// What it complained of, line by line.
        let complaints: [String]

        /// The first of them: with X, what follows says where the program was at that time.
        var complaint: String { complaints.first ?? "" }
    }

    /// Runs it and returns what it said; it is killed after a while. The limit is there for one that hangs, not for a
    /// machine that is busy.
    static func run(
        _ command: [String], _ environment: ChildEnvironment, limit: Duration = .seconds(30)
    ) async throws(DesktopError) -> Answer {
        let program = command[0]
        guard environment.has(program) else { throw .missing(program, package: packages[program]) }
        let work = Task {
            var options = PlatformOptions()
            options.createSession = true
            return try await Subprocess.run(
                .name(program), arguments: Arguments(Array(command.dropFirst())),
                environment: .custom(environment.forSubprocess), platformOptions: options, input: .none,
                output: .string(limit: 65536), error: .string(limit: 65536))
        }
        // By the machine's own time: another program is waited for, which no clock of a test drives.
        let timer = Task {
            try await Task.sleep(for: limit)
            work.cancel()
        }
        defer { timer.cancel() }
        do {
            let result = try await withTaskCancellationHandler { try await work.value } onCancel: { work.cancel() }
            // One that was killed for its slowness has ended, too.
            guard !work.isCancelled else { throw DesktopError.late(program, limit, saying: "") }
            let complaints = result.standardError.split(whereSeparator: \.isNewline).map(String.init)
            return Answer(
                isGood: result.terminationStatus.isSuccess, output: result.standardOutput, complaints: complaints)
        } catch {
            throw work.isCancelled ? .late(program, limit, saying: "") : .ended(program, why: "\(error)")
        }
    }

    /// Which Debian package brings a program that this module runs.
    static let packages = [
        "Xvfb": "xvfb", "xdotool": "xdotool", "ffmpeg": "ffmpeg", "ffprobe": "ffmpeg", "setpriv": "util-linux",
    ]
}
