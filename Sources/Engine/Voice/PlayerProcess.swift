import Glibc
import Subprocess

/// One run of an audio player: started in a session of its own, so that the terminal's signals do not reach it, with
/// its messages read here, so that they do not reach the terminal.
struct PlayerProcess: Sendable {
    let player: AudioPlayer
    let environment: [String: String]
    /// How long it may take to end when it is told to, before it is killed.
    var grace = Duration.milliseconds(300)

    typealias Write = @Sendable ([UInt8]) async -> Bool

    /// Runs the player until `feed` returns or it dies by itself; returns when it was reaped, whatever happens. A
    /// cancelled task ends it as well. `onProcess` is given its process number, which is its group's too, and `nil`
    /// when it has ended, before the number can be another's.
    ///
    /// `feed` is given a function that writes samples and says whether the player took them all. It returns `nil` when
    /// the player is to end, else what is wrong with it.
    /// - Returns: why it ended; `nil` when it was told to.
    func run(
        onProcess: @Sendable (pid_t?) -> Void, feed: @escaping @Sendable (@escaping Write) async -> String?
    ) async -> String? {
        var options = PlatformOptions()
        options.createSession = true
        let teardown = [TeardownStep.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace)]
        options.teardownSequence = teardown
        do {
            let result = try await Subprocess.run(
                .name(player.name), arguments: Arguments(player.arguments), environment: .custom(variables),
                platformOptions: options, input: .inputWriter, output: .discarded, error: .sequence
            ) { execution in
                onProcess(execution.processIdentifier.value)
                let ending = await Self.firstEnding {
                    .gone(saying: await Self.tail(of: execution.standardError))
                } and: {
                    let complaint = await feed { bytes in
                        (try? await execution.standardInputWriter.write(bytes)) == bytes.count
                    }
                    return complaint.map(Ending.useless) ?? .told
                }
                await execution.teardown(using: teardown)
                onProcess(nil)
                return ending
            }
            switch result.closureResult {
            case .told: return nil
            case .useless(let why): return why
            case .gone(let words): return Self.reason(words, result.terminationStatus)
            }
        } catch {
            return Task.isCancelled ? nil : "cannot be run: \(error)"
        }
    }

    private enum Ending: Sendable {
        case told
        /// It lives, and is no use.
        case useless(String)
        /// It closed its standard error, which is what ending looks like from here.
        case gone(saying: String)
    }

    private static func firstEnding(
        _ watch: @escaping @Sendable () async -> Ending, and feed: @escaping @Sendable () async -> Ending
    ) async -> Ending {
        await withTaskGroup(of: Ending.self) { group in
            group.addTask { await watch() }
            group.addTask { await feed() }
            let first = await group.next() ?? .told
            group.cancelAll()
            // What it said last is worth more than that it took no more samples.
            if case .useless = first, case .gone(let words)? = await group.next(), !words.isEmpty {
                return .gone(saying: words)
            }
            return first
        }
    }

    private static func reason(_ words: String, _ status: TerminationStatus) -> String {
        let line = words.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
        return line.isEmpty ? "ended by itself (\(status))" : String(line.prefix(160))
    }

    private var variables: [Environment.Key: String] {
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment { if let key = Environment.Key(rawValue: name) { variables[key] = value } }
        return variables
    }

    /// The last of what it says, until it says no more.
    private static func tail(of output: SubprocessOutputSequence) async -> String {
        var bytes: [UInt8] = []
        do {
            for try await piece in output {
                piece.withUnsafeBytes { bytes += Array($0) }
                bytes = Array(bytes.suffix(1000))
            }
        } catch {
            // Cut off because it was killed: what it had said counts.
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
