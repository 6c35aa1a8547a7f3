import Basics
import Speech
import Subprocess

/// Speaks a text through `espeak-ng`. The text goes in over standard input: no shell and no argument ever holds it.
package struct SpeechSynthesizer: Sendable {
    package static let advice = "install espeak-ng"
    private static let program = "espeak-ng"
    /// Characters it takes at most, bytes it may answer with, and the time it has.
    static let textLimit = 1000
    private static let audioLimit = 8 * 1024 * 1024

    private let environment: [String: String]
    private let timeLimit: Duration

    /// `nil` when it is not installed.
    package init?(environment: [String: String], timeLimit: Duration = .seconds(10)) {
        guard Programs.isInstalled(Self.program, environment: environment) else { return nil }
        self.environment = environment
        self.timeLimit = timeLimit
    }

    /// Samples as the mixer takes them; empty when it failed or took too long. The process is gone when this returns.
    func samples(_ text: String, voice: String) async throws -> [UInt8] {
        let wave = await withTaskGroup(of: [UInt8]?.self) { group in
            group.addTask { await speak(String(text.prefix(Self.textLimit)), Self.variant(of: voice)) }
            group.addTask {
                // The time of the machine, not of a clock: it limits a process that runs in it.
                try? await Task.sleep(for: timeLimit)
                return nil
            }
            let first = await group.next() ?? nil
            // Cancelling ends the process, and the group waits for that.
            group.cancelAll()
            return first
        }
        try Task.checkCancellation()
        guard let wave else { return [] }
        var audio = SpeechAudio(mimeType: "audio/wav")
        return try audio.add(wave)
    }

    private func speak(_ text: String, _ variant: String) async -> [UInt8]? {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(300))
        ]
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment { if let key = Environment.Key(rawValue: name) { variables[key] = value } }
        // Written by hand: an input that the library writes itself ends this whole program (swift-subprocess 1.0.2, a
        // descriptor "was not closed") when the child is gone before it has read it.
        let result = try? await Subprocess.run(
            .name(Self.program), arguments: ["--stdin", "--stdout", "-b", "1", "-v", variant],
            environment: .custom(variables), platformOptions: options, input: .inputWriter, output: .sequence,
            error: .discarded
        ) { execution in
            _ = try? await execution.standardInputWriter.write(Array(text.utf8))
            try await execution.standardInputWriter.finish()
            var wave: [UInt8] = []
            for try await piece in execution.standardOutput {
                piece.withUnsafeBytes { wave += Array($0) }
                guard wave.count <= Self.audioLimit else { throw CancellationError() }
            }
            return wave
        }
        guard let result, result.terminationStatus.isSuccess, !result.closureResult.isEmpty else { return nil }
        return result.closureResult
    }

    /// The synthesizer has few voices; each of Gemini's gets one of them, always the same.
    private static func variant(of voice: String) -> String {
        let variants = ["en+m1", "en+f2", "en+m3", "en+f4", "en+m5", "en+f1", "en+m7", "en+f3", "en+m2"]
        let index = GeminiVoices.all.firstIndex(of: voice) ?? 0
        return variants[index % variants.count]
    }
}
