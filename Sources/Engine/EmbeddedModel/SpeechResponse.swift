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

    var whole: JSONValue { message(samples[...], isLast: true) }

    func message(ofPiece index: Int) -> JSONValue {
        let start = index * Self.piece
        return message(samples[start..<min(start + Self.piece, samples.count)], isLast: index == count - 1)
    }

    private func message(_ part: ArraySlice<UInt8>, isLast: Bool) -> JSONValue {
        var data = ByteBuffer()
        data.writeBase64(Array(part))
        let inline: JSONValue = ["mimeType": .string(Self.type), "data": .string(String(buffer: data))]
        var candidate: [JSONValue.Member] = [
            .init("content", ["parts": [["inlineData": inline]], "role": "model"])
        ]
        if isLast { candidate.append(.init("finishReason", "STOP")) }
        candidate.append(.init("index", 0))
        let seconds = Double(part.endIndex) / Double(SpeechFormat.bytesPerSecond)
        return [
            "candidates": [.object(candidate)],
            "usageMetadata": usage.metadata(candidates: Int((seconds * Double(Self.tokensPerSecond)).rounded(.up))),
            "modelVersion": .string(EmbeddedModelConfiguration.speechModel),
            "responseId": .string(responseID),
        ]
    }
}
