import FoundationEssentials
import NIOCore
import Speech

/// Speech in the words of the Gemini format.
struct SpeechResponse: StreamedResponse {
    let samples: [UInt8]
    let usage: Usage
    let responseID: String

    /// Half a second and a byte: the service's pieces end inside samples as well, and clients must cope.
    private static let piece = SpeechFormat.bytesPerSecond / 2 + 1
    /// What the service counts for a second of speech.
    private static let tokensPerSecond = 25
    private static let type = "audio/L16;codec=pcm;rate=24000"

    var count: Int { (samples.count + Self.piece - 1) / Self.piece }
    var isPaced: Bool { false }

    var whole: GenerateMessage { message(samples[...], isLast: true) }

    func message(ofPiece index: Int) -> GenerateMessage {
        let start = index * Self.piece
        return message(samples[start..<min(start + Self.piece, samples.count)], isLast: index == count - 1)
    }

    private func message(_ part: ArraySlice<UInt8>, isLast: Bool) -> GenerateMessage {
        let seconds = Double(part.endIndex) / Double(SpeechFormat.bytesPerSecond)
        return GenerateMessage(
            .init(inlineData: .init(mimeType: Self.type, data: Data(part).base64EncodedString())),
            finishReason: isLast ? "STOP" : nil,
            usage: usage.metadata(candidates: Int((seconds * Double(Self.tokensPerSecond)).rounded(.up))),
            modelVersion: EmbeddedModelConfiguration.speechModel, responseID: responseID)
    }
}
