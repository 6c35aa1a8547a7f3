import EmbeddedModel
import FoundationEssentials
import NIOCore
import Vision

/// A picture as it travels.
package struct EncodedPicture: Sendable {
    /// Such as `image/png`.
    package let mimeType: String
    package let bytes: [UInt8]

    package init(mimeType: String = "image/png", bytes: [UInt8]) {
        self.mimeType = mimeType
        self.bytes = bytes
    }

    /// The whole frame, without loss.
    package static func png(_ frame: Frame) -> EncodedPicture { EncodedPicture(bytes: PNG.encode(frame)) }
}

/// Turns frames into the bytes that a model is sent.
package typealias PictureEncoder = @Sendable (Frame) throws -> EncodedPicture

/// What a model is asked: standing instructions, a line of text, and a picture.
package struct GeminiPrompt: Sendable {
    package var instructions: String
    package var text: String
    package var picture: EncodedPicture?
    package var configuration: GeminiMessages.GenerationConfig

    package init(
        instructions: String, text: String, picture: EncodedPicture? = nil,
        configuration: GeminiMessages.GenerationConfig = .init()
    ) {
        self.instructions = instructions
        self.text = text
        self.picture = picture
        self.configuration = configuration
    }

    /// The request body. The picture is base64-encoded straight into it, and its storage is allocated once.
    package func body() throws -> ByteBuffer {
        typealias Part = GeminiMessages.Part
        var parts = [Part(text: text)]
        if let picture { parts.append(Part(inlineData: .init(mimeType: picture.mimeType, data: ""))) }
        let request = GeminiMessages.Request(
            contents: [.init(role: "user", parts: parts)],
            systemInstruction: instructions.isEmpty ? nil : .init(parts: [Part(text: instructions)]),
            generationConfig: configuration)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = [UInt8](try encoder.encode(request))

        guard let picture, let gap = json.firstIndex(after: Self.emptyData) else { return ByteBuffer(bytes: json) }
        var body = ByteBuffer()
        body.reserveCapacity(json.count + ByteBuffer.base64Length(of: picture.bytes.count))
        body.writeBytes(json[..<gap])
        body.writeBase64(picture.bytes)
        body.writeBytes(json[gap...])
        return body
    }

    /// Where the picture goes. These bytes cannot occur inside a JSON string, where every quote has a backslash.
    private static let emptyData = Array(#""data":""#.utf8)
}

extension [UInt8] {
    /// The index after the first occurrence of `pattern` that is followed by a quote.
    fileprivate func firstIndex(after pattern: [UInt8]) -> Int? {
        let quote = UInt8(ascii: "\"")
        guard count > pattern.count else { return nil }
        for start in 0..<(count - pattern.count)
        where self[start] == quote && self[start + pattern.count] == quote
            && self[start..<(start + pattern.count)].elementsEqual(pattern)
        {
            return start + pattern.count
        }
        return nil
    }
}
