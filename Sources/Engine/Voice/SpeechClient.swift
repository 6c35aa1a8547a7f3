import Basics
import Connections
import FoundationEssentials
import NIOCore
import Record
import Speech

/// Whoever turns a text into samples for the mixer.
package protocol SpeechSource: Sendable {
    /// Hands over samples as they come; returns when the text is spoken whole. Throws ``SpeechError``, or
    /// `CancellationError`.
    func synthesize(_ text: String, onSamples: @escaping @Sendable ([UInt8]) -> Void) async throws
}

/// Asks a Gemini speech model, over the same connections as every other request.
package struct SpeechClient: SpeechSource {
    /// Asked when nothing else is said: the cheaper of the two that are current.
    package static let defaultModel = "gemini-3.8-flash-lite-tts"
    /// The most characters that are spoken at once.
    package static let textBound = 600

    package let endpoint: GeminiEndpoint
    private let transport: ModelTransport
    /// As the service spells it.
    package let voice: String
    /// Admits every request, and is told what it cost.
    private let account: ModelAccount

    private static let eventBound = 8 * 1024 * 1024
    /// More audio than a line can be: two minutes.
    private static let longest = 120
    private static let audioBound = longest * SpeechFormat.bytesPerSecond
    /// Of sound, as Gemini counts it.
    private static let tokensPerSecond = 25

    package init(
        endpoint: GeminiEndpoint, http: any HTTPClient, account: ModelAccount, voice: String = GeminiVoices.standard
    ) {
        self.account = account
        self.endpoint = endpoint
        self.voice = voice
        transport = ModelTransport(http: http, base: endpoint.baseURL, key: endpoint.key) {
            (name: "x-goog-api-key", value: $0)
        }
    }

    package func synthesize(_ text: String, onSamples: @escaping @Sendable ([UInt8]) -> Void) async throws {
        let question = try body(text)
        let admission = try admit(question.readableBytes)
        do {
            // The transport words every error as its own: what is wrong with the audio goes round it.
            let answer = try await transport.send(
                endpoint.url("streamGenerateContent?alt=sse"), body: { question }, accept: "text/event-stream"
            ) { response -> Result<ModelAnswer, SpeechError> in
                do { return .success(try await read(response, admission, onSamples)) } catch let error as SpeechError {
                    return .failure(error)
                }
            }.get()
            admission.ended(with: answer)
        } catch let error as SpeechError {
            admission.failed(error.request)
            throw error
        } catch let error as InterpreterError {
            admission.failed(error)
            if let quota = error.quota, quota.isDaily {
                let reset = account.serverReset()
                throw SpeechError.dayIsOver(limit: quota.value, until: reset.at, shown: reset.shown)
            }
            throw SpeechError.request(error)
        } catch {
            admission.cancelled()
            throw CancellationError()
        }
    }

    private func admit(_ bytes: Int) throws(SpeechError) -> Admission {
        let size = RequestSize(
            textBytes: bytes, pictures: 0, maxOutputTokens: Self.longest * Self.tokensPerSecond)
        do { return try account.admit(.speech, model: endpoint.model, size: size) } catch { throw .held(error.reason) }
    }

    private func body(_ text: String) throws -> ByteBuffer {
        var configuration = GeminiMessages.GenerationConfig()
        configuration.responseModalities = ["AUDIO"]
        configuration.speechConfig = .init(voice: voice)
        let text = GeminiMessages.Part(text: String(text.prefix(Self.textBound)))
        return ByteBuffer(bytes: try JSON.encode(
            GeminiMessages.Request(contents: [.init(role: "user", parts: [text])], generationConfig: configuration)))
    }

    private func read(
        _ response: HTTPResponse, _ admission: Admission, _ onSamples: @Sendable ([UInt8]) -> Void
    ) async throws -> ModelAnswer {
        var answer = SpeechAnswer(bound: Self.audioBound)
        func take(_ part: GeminiMessages.Response) throws {
            // What was counted is paid for, however the answer ends.
            defer { if let usage = answer.usage { admission.report(usage) } }
            onSamples(try answer.add(part))
        }
        if ModelTransport.isDocument(response) {
            let body = try await response.body.collect(upTo: Self.eventBound).readableBytesView
            guard let parts = GeminiMessages.Response.list(in: body) else {
                throw InterpreterError.foreign(status: response.status, excerpt: excerpt(of: body))
            }
            for part in parts { try take(part) }
        } else {
            try await ModelTransport.events(of: response, bound: Self.eventBound) { data in
                guard let part = GeminiMessages.Response.list(in: data)?.first else {
                    throw InterpreterError.malformed("not a Gemini answer: \(excerpt(of: data))")
                }
                try take(part)
            }
        }
        return try answer.complete()
    }
}

/// The audio of one answer, folded from its pieces. Pure.
struct SpeechAnswer {
    private var audio: SpeechAudio?
    private var received = 0
    private let bound: Int
    private(set) var usage: TokenUsage?
    private var finishReason: FinishReason?
    private var hasAudio = false

    init(bound: Int) { self.bound = bound }

    /// The samples that a piece completes, which may be none.
    mutating func add(_ response: GeminiMessages.Response) throws -> [UInt8] {
        if let refusal = response.error { throw InterpreterError.interrupted(refusal) }
        if let usage = response.usageMetadata?.usage { self.usage = usage }
        guard let candidate = response.candidates?.first(where: { ($0.index?.value ?? 0) == 0 }) else {
            if let reason = response.promptFeedback?.blockReason {
                throw InterpreterError.blocked(reason: reason.rawValue)
            }
            return []
        }
        if let reason = candidate.finishReason { finishReason = reason }
        var samples: [UInt8] = []
        for inline in (candidate.content?.parts ?? []).compactMap(\.inlineData) {
            guard let bytes = Base64.decode(inline.data ?? "") else { throw SpeechError.unreadable("it is no base64") }
            received += bytes.count
            guard received <= bound else { throw SpeechError.unreadable("it has more than \(bound) bytes") }
            var audio = self.audio ?? SpeechAudio(mimeType: inline.mimeType ?? "")
            do throws(SpeechAudioError) {
                samples += try audio.add(bytes)
            } catch {
                throw SpeechError.unreadable(error.what)
            }
            self.audio = audio
            hasAudio = hasAudio || !bytes.isEmpty
        }
        return samples
    }

    /// The answer at the end of the stream. Throws when there was nothing to hear.
    func complete() throws -> ModelAnswer {
        if !hasAudio, let finishReason, finishReason != .stop {
            throw InterpreterError.noText(finishReason: finishReason.rawValue)
        }
        guard hasAudio else { throw SpeechError.noAudio }
        return ModelAnswer(text: "", finishReason: finishReason, usage: usage, modelVersion: nil)
    }
}
