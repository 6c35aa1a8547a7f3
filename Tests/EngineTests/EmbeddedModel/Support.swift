import Engine
import FoundationEssentials
import NIOPosix
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Vision

/// Runs `body` against a server of its own and closes it whatever happens.
func withModelServer(
    _ configuration: EmbeddedModelConfiguration = .immediate,
    _ body: (EmbeddedModelServer) async throws -> Void
) async throws {
    let server = try await EmbeddedModelServer.start(
        group: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    do {
        try await body(server)
    } catch {
        await server.close()
        throw error
    }
    await server.close()
}

extension EmbeddedModelConfiguration {
    /// Answers without waiting.
    static var immediate: EmbeddedModelConfiguration {
        var configuration = EmbeddedModelConfiguration()
        configuration.timeToFirstPiece = .zero
        configuration.timeToWholeAnswer = .zero
        configuration.piecesPerSecond = 0
        return configuration
    }

    /// The usual pace, on a clock that the test moves.
    static func paced(by clock: ManualClock) -> EmbeddedModelConfiguration {
        var configuration = EmbeddedModelConfiguration()
        configuration.clock = clock
        return configuration
    }
}

enum ModelPath {
    static let generate = "/v1beta/models/singularis-embedded-1:generateContent"
    static let stream = "/v1beta/models/singularis-embedded-1:streamGenerateContent?alt=sse"
    static let count = "/v1beta/models/singularis-embedded-1:countTokens"
}

/// A picture of the size of the embedded game's. Its bytes hit both characters in which the base64 alphabets differ.
func picture(width: Int = 160, height: Int = 96) -> [UInt8] {
    let rgb = (0..<width * height).flatMap { index -> [UInt8] in
        index.isMultiple(of: 7) ? [255, 239, 190] : [40, UInt8(index % 96), 90]
    }
    return PNG.encode(PNG.Image(width: width, height: height, rgb: rgb))
}

func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

func pictureBody(system: String = "Perspective: tactical", settings: String = "{}") -> String {
    #"{"systemInstruction":{"parts":[{"text":"\#(system)"}]},"contents":[{"role":"user","parts":["#
        + #"{"inlineData":{"mimeType":"image/png","data":"\#(base64(picture()))"}},{"text":"What do you see?"}]}],"#
        + #""generationConfig":\#(settings)}"#
}

/// A request as it stands on the wire.
func posting(
    _ path: String, version: String = "1.1", headers: [String] = ["Host: x"], body: String = textBody
) -> String {
    let lines = ["POST \(path) HTTP/\(version)", "Content-Length: \(body.utf8.count)"] + headers
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
}

/// A request body with one picture, given in base64, and no text.
func pictureOnly(_ data: String, settings: String = "{}") -> String {
    #"{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"\#(data)"}}]}],"#
        + #""generationConfig":\#(settings)}"#
}

let textBody = #"{"contents":[{"parts":[{"text":"Hello, who are you?"}]}]}"#
