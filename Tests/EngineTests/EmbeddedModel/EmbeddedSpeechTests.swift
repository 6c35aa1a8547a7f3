import FoundationEssentials
import Glibc
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Speech
@testable import Vision

@testable import Engine

@Suite("Embedded speech", .timeLimit(.minutes(5)), .serialized, .alone) struct EmbeddedSpeechTests {
    private static let path = "/v1beta/models/singularis-embedded-tts-1:generateContent"
    private let folder: String

    init() throws {
        signal(SIGPIPE, SIG_IGN)
        folder = FileManager.default.temporaryDirectory.appending(path: "espeak-\(UInt64.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// A program that stands in for espeak-ng, or the real one without a script.
    private func configuration(_ script: String? = nil, timeLimit: Duration = .seconds(10)) throws
        -> EmbeddedModelConfiguration
    {
        var configuration = EmbeddedModelConfiguration.immediate
        var environment = ["PATH": "/usr/bin:/bin", "FOLDER": folder]
        if let script {
            let program = folder + "/espeak-ng"
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: program))
            chmod(program, 0o755)
            environment["PATH"] = folder + ":/usr/bin:/bin"
        }
        configuration.synthesizer = SpeechSynthesizer(environment: environment, timeLimit: timeLimit)
        return configuration
    }

    private func body(_ text: String, voice: String = "Kore", modality: String = "AUDIO") -> String {
        #"{"contents":[{"parts":[{"text":"\#(text)"}]}],"generation_config":{"responseModalities":["\#(modality)"],"#
            + #""speechConfig":{"voice_config":{"prebuilt_voice_config":{"voice_name":"\#(voice)"}}}}}"#
    }

    private func post(_ server: EmbeddedModelServer, _ body: String, path: String = path) async throws
        -> RawClient.Response
    {
        var client = try await RawClient(port: server.port)
        try await client.send("POST", path, body: body)
        return try await client.response()
    }

    @Test("without a synthesizer the speech model is unknown, and not listed")
    func absent() async throws {
        try await withModelServer { server in
            let answer = try await post(server, body("hello"))
            #expect(answer.status == 404)
            #expect(answer.body.contains("is not found for API version v1beta"))
            var client = try await RawClient(port: server.port)
            try await client.send("GET", "/v1beta/models")
            let listing = try await client.response()
            #expect(!listing.body.contains("tts"))
        }
    }

    @Test("the text goes in over standard input and in no argument; the audio comes back as 24 kHz samples")
    func speaks() async throws {
        let tone = SpeechAudioTests.tone(22_050, rate: 22_050)
        try Data(SpeechAudioTests.wave(tone, rate: 22_050)).write(to: URL(fileURLWithPath: folder + "/wave"))
        let script = #"echo "$@" > "$FOLDER/arguments"; cat > "$FOLDER/text"; cat "$FOLDER/wave""#
        try await withModelServer(configuration(script)) { server in
            let text = "Hello $(touch x) -f it's"
            let answer = try json(try await post(server, body(text, voice: "charon")).body)
            let inline = try #require(answer["candidates"]?[0]?["content"]?["parts"]?[0]?["inlineData"])
            #expect(inline["mimeType"] == "audio/L16;codec=pcm;rate=24000")
            let samples = try #require(inline["data"]?.string.flatMap(Base64.decode))
            #expect(abs(samples.count - 48_000) <= 4)
            #expect(answer["candidates"]?[0]?["finishReason"] == "STOP")
            func written(_ name: String) -> String {
                String(decoding: FileManager.default.contents(atPath: folder + "/" + name) ?? Data(), as: UTF8.self)
            }
            #expect(written("text") == text)
            #expect(!written("arguments").contains("Hello"))

            let stream = Self.path.replacing("generateContent", with: "streamGenerateContent?alt=sse")
            let pieces = try await post(server, body(text), path: stream).chunks
            #expect(pieces.count == 2)
            let data = try pieces.map { piece -> [UInt8] in
                let json = try json(String(piece.dropFirst(6)))
                let text = json["candidates"]?[0]?["content"]?["parts"]?[0]?["inlineData"]?["data"]?.string
                return try #require(text.flatMap(Base64.decode))
            }
            #expect(data[0].count % 2 == 1, "a piece ends inside a sample, as the service's do")
            #expect(data[0] + data[1] == samples)
        }
    }

    @Test(
        "a synthesizer that fails or never ends is an internal error, and is gone",
        arguments: ["exit 1", "exec sleep 1000"])
    func fails(script: String) async throws {
        let before = ResourceCensus.take().children
        try await withModelServer(configuration(script, timeLimit: .milliseconds(300))) { server in
            let answer = try await post(server, body("hello"))
            #expect(answer.status == 500)
        }
        #expect(ResourceCensus.take().children <= before)
    }

    @Test("a client that leaves ends its synthesizer")
    func clientLeaves() async throws {
        let before = ResourceCensus.take().children
        try await withModelServer(configuration(#"touch "$FOLDER/started"; exec sleep 1000"#)) { server in
            let client = try await RawClient(port: server.port)
            try await client.send(posting(Self.path, body: body("hello")))
            await poll { FileManager.default.fileExists(atPath: folder + "/started") }
            try await client.close()
            await server.whenIdle()
        }
        #expect(ResourceCensus.take().children <= before)
    }

    @Test("an unknown voice, text from the speech model and speech from the other are refused")
    func refusals() async throws {
        try await withModelServer(configuration("exit 1")) { server in
            let voice = try await post(server, body("hello", voice: "Nobody"))
            #expect(voice.status == 400 && voice.body.contains("Allowed voice names are: achernar"))
            let text = try await post(server, body("hello", modality: "TEXT"))
            #expect(text.status == 400 && text.body.contains("* AUDIO"))
            let other = try await post(server, body("hello"), path: ModelPath.generate)
            #expect(other.status == 400 && other.body.contains("* TEXT"))
            let long = try await post(server, body(String(repeating: "x", count: 1001)))
            #expect(long.status == 400 && long.body.contains("token count exceeds"))
        }
    }

    @Test("the real espeak-ng speaks, where it is installed")
    func real() async throws {
        let configuration = try configuration()
        guard configuration.synthesizer != nil else {
            return print("espeak-ng is not installed: only stand-ins of it were tried")
        }
        try await withModelServer(configuration) { server in
            let answer = try json(try await post(server, body("All is well.")).body)
            let data = answer["candidates"]?[0]?["content"]?["parts"]?[0]?["inlineData"]?["data"]?.string
            let samples = try #require(data.flatMap(Base64.decode))
            #expect(samples.count > SpeechFormat.bytesPerSecond / 2)
            #expect(samples.contains { $0 > 0 })
        }
    }
}
