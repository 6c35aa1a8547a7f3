import Engine
import Testing

@testable import Basics
@testable import Connections
@testable import EmbeddedModel
@testable import Vision

@Suite(.timeLimit(.minutes(5)), .shared) struct EmbeddedModelErrorTests {
    private func error(_ response: RawClient.Response) throws -> JSONValue {
        let error = try #require(try json(response.body)["error"])
        #expect(error["code"]?.int == response.status)
        return error
    }

    private var locked: EmbeddedModelConfiguration {
        var configuration = EmbeddedModelConfiguration.immediate
        configuration.key = Secret("right+key")
        return configuration
    }

    @Test("a configured key is taken from the header or from the query")
    func rightKey() async throws {
        try await withModelServer(locked) { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.generate, headers: ["X-Goog-Api-Key: right+key"], body: textBody)
            #expect(try await client.response().status == 200)
            try await client.send("GET", "/v1/models?key=right%2Bkey")
            #expect(try await client.response().status == 200)
        }
    }

    @Test("a wrong key is 400 API_KEY_INVALID, no key is 403")
    func wrongKey() async throws {
        try await withModelServer(locked) { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.stream, headers: ["x-goog-api-key: wrong"], body: textBody)
            let wrong = try error(try await client.response())
            #expect(wrong["message"]?.string == "API key not valid. Please pass a valid API key.")
            #expect(wrong["status"]?.string == "INVALID_ARGUMENT")
            let info = try #require(wrong["details"]?[0])
            #expect(info["@type"]?.string == "type.googleapis.com/google.rpc.ErrorInfo")
            #expect(info["reason"]?.string == "API_KEY_INVALID")
            #expect(info["metadata"]?["service"]?.string == "generativelanguage.googleapis.com")
            try await client.send("GET", "/v1beta/models")
            let missing = try error(try await client.response())
            #expect(missing["code"] == 403 && missing["status"] == "PERMISSION_DENIED")
            #expect(server.counts.refused == [400: 1, 403: 1])
            #expect(server.counts.requests.isEmpty)
        }
    }

    @Test("an unknown model is 404 with the words of the service")
    func unknownModel() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", "/v1beta/models/gemini-9:generateContent", body: textBody)
            let error = try error(try await client.response())
            #expect(error["status"] == "NOT_FOUND")
            let message = "models/gemini-9 is not found for API version v1beta, or is not supported for "
                + "generateContent. "
                + "Call ListModels to see the list of available models and their supported methods."
            #expect(error["message"]?.string == message)
        }
    }

    @Test("an unknown path is 404, a wrong method 405 with Allow, no JSON 400 - and the connection lives on")
    func otherErrors() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            try await client.send("GET", "/nowhere")
            #expect(try error(try await client.response())["code"] == 404)
            try await client.send("GET", ModelPath.generate)
            let refusal = try await client.response()
            #expect(try error(refusal)["code"] == 405)
            #expect(RawClient.header("allow", in: refusal.head) == "POST")
            try await client.send("POST", ModelPath.generate, body: "{\"contents\":")
            let malformed = try error(try await client.response())
            #expect(malformed["message"]?.string?.hasPrefix("Invalid JSON payload received.") == true)
            try await client.send("POST", ModelPath.generate, body: textBody)
            #expect(try await client.response().status == 200)
            #expect(server.counts.connections.accepted == 1)
        }
    }

    @Test(
        "a picture that cannot be decoded is refused before a stream begins",
        arguments: [ModelPath.generate, ModelPath.stream])
    func undecodablePicture(path: String) async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            for bytes in [Array("no picture".utf8), Array(picture().dropLast(3000)), []] {
                try await client.send("POST", path, body: pictureOnly(base64(bytes)))
                let error = try error(try await client.response())
                #expect(error["code"] == 400 && error["status"] == "INVALID_ARGUMENT")
                #expect(error["message"]?.string?.hasPrefix("Unable to process input image.") == true)
            }
        }
    }

    @Test("a picture in another format is refused by name, whatever type was announced")
    func otherFormats() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            for (bytes, name) in [([0xFF, 0xD8, 0xFF, 0xE0, 0, 16], "JPEG"), (Array("GIF89a".utf8), "GIF")] {
                try await client.send("POST", ModelPath.generate, body: pictureOnly(base64(bytes)))
                let error = try error(try await client.response())
                #expect(error["code"] == 400 && error["status"] == "INVALID_ARGUMENT")
                let words = "it is \(name), and the embedded model reads PNG only"
                #expect(error["message"]?.string?.contains(words) == true)
            }
        }
    }

    @Test("a body over the limit is refused, announced or not, before or while it is sent", arguments: [true, false])
    func bodyTooLarge(announced: Bool) async throws {
        var configuration = EmbeddedModelConfiguration.immediate
        configuration.bodyLimit = 1000
        try await withModelServer(configuration) { server in
            var client = try await RawClient(port: server.port)
            let start = "POST \(ModelPath.generate) HTTP/1.1\r\nHost: x\r\n"
            let half = String(repeating: "x", count: 600)
            if announced {
                try await client.send(start + "Content-Length: 1200\r\n\r\n")
            } else {
                try await client.send(start + "Transfer-Encoding: chunked\r\n\r\n258\r\n\(half)\r\n258\r\n\(half)\r\n")
            }
            let response = try await client.response()
            let error = try error(response)
            #expect(error["message"] == "Request payload size exceeds the limit: 1000 bytes.")
            #expect(RawClient.header("connection", in: response.head) == "close")
            // The client goes on to send what it has begun; then the server closes.
            try await client.send(announced ? half + half : "0\r\n\r\n")
            #expect(await client.readToEnd() == "")
            #expect(server.counts.refused == [400: 1])
        }
    }

    @Test("a client that never finishes an oversized body is closed after a moment")
    func oversizedBodyThatNeverEnds() async throws {
        let clock = ManualClock()
        var configuration = EmbeddedModelConfiguration.paced(by: clock)
        configuration.bodyLimit = 10
        try await withModelServer(configuration) { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST \(ModelPath.generate) HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nabc")
            #expect(try await client.response().status == 400)
            await clock.sleepers(1)
            clock.advance(by: .seconds(2))
            #expect(await client.readToEnd() == "")
            await server.whenIdle()
        }
    }

    @Test("what is no HTTP is answered with 400 and closed")
    func notHTTP() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            try await client.send("\u{16}\u{3}\u{1} hello\r\n\r\n")
            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 400 "))
            await server.whenIdle()
            #expect(server.counts.connections.open == 0)
        }
    }
}
