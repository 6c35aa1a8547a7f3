import Basics
import Record
import Synchronization
import Vision

extension StreamingInterpreter {
    /// Makes one request and reports it from start to end.
    func interpret(_ frame: Frame, _ started: Interpretation, _ admission: Admission) async -> Interpretation {
        let startedAt = hub.clock.now
        let progress = Progress()
        var record = started
        hub.post(.interpretationStarted(record))
        do {
            let answer = try await client.stream(prompt(for: frame, record.perspective), admission) { [hub] piece in
                progress.add(piece, at: hub.clock.now)
                hub.post(.interpretationText(id: started.id, piece: piece))
            }
            record.modelVersion = answer.modelVersion
            record.end = answer.finishReason.map { .finished(reason: $0.rawValue) } ?? .truncated
            admission.ended(with: answer)
        } catch let error as InterpreterError {
            record.end = .failed(error.description)
            admission.failed(error)
        } catch {
            record.end = .cancelled
            admission.cancelled()
        }
        record.usage = admission.usage
        let (text, firstPiece) = progress.value
        let duration = startedAt.duration(to: hub.clock.now).seconds
        record.text = text
        record.firstPieceAfter = firstPiece.map { startedAt.duration(to: $0).seconds }
        record.duration = duration
        // Whoever is told of the end finds it in the history.
        remember(record)
        hub.post(.interpretationEnded(record))
        hub.post(.beat(.interpreter, latency: duration, interval: interval(after: duration)))
        return record
    }

    private func prompt(for frame: Frame, _ perspective: Perspective) throws -> ModelPrompt {
        var prompt = ModelPrompt(
            instructions: configuration.prompts[perspective],
            text: "Perspective: \(perspective.rawValue). Comment on this frame of the game.",
            picture: try picture(of: frame, encode))
        prompt.maxOutputTokens = configuration.maxOutputTokens
        prompt.mediaResolution = configuration.mediaResolution
        return prompt
    }

    /// When the next beat is due at the latest: a request takes about as long as the last, or waits out a backoff.
    private func interval(after duration: Double) -> Double {
        let held = account.notBefore(.interpretation).map { hub.clock.now.duration(to: $0).seconds } ?? 0
        return max(configuration.period.seconds, duration, held, 2)
    }

    private final class Progress: Sendable {
        private let state = Mutex<(text: String, firstPiece: ContinuousClock.Instant?)>(("", nil))
        var value: (text: String, firstPiece: ContinuousClock.Instant?) { state.withLock { $0 } }
        func add(_ piece: String, at now: ContinuousClock.Instant) {
            state.withLock {
                $0.text += piece
                $0.firstPiece = $0.firstPiece ?? now
            }
        }
    }
}

/// Encodes a frame; what goes wrong becomes an error of this folder.
func picture(of frame: Frame, _ encode: PictureEncoder) throws(InterpreterError) -> EncodedPicture {
    do {
        return try encode(frame)
    } catch {
        throw .picture("\(error)")
    }
}
