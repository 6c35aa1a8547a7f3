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

    /// The request body.
    package func body() throws -> ByteBuffer {
        typealias Part = GeminiMessages.Part
        var parts = [Part(text: text)]
        if let picture { parts.append(Part(inlineData: .init(mimeType: picture.mimeType, data: ""))) }
        let request = GeminiMessages.Request(
            contents: [.init(role: "user", parts: parts)],
            systemInstruction: instructions.isEmpty ? nil : .init(parts: [Part(text: instructions)]),
            generationConfig: configuration)
        return try ByteBuffer(json: request, picture: picture, behind: #""data":""#)
    }
}
