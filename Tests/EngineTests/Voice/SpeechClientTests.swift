import FoundationEssentials
import NIOCore
import Synchronization
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Record
@testable import Speech
@testable import Connections

@testable import Engine

@Suite("Speech client", .shared) struct SpeechClientTests {
    private let endpoint = GeminiEndpoint(baseURL: "http://speech.test", model: "m-tts", key: Secret("s3cret"))

    private func piece(_ bytes: [UInt8], type: String = "audio/L16;rate=24000", finish: String? = nil) -> String {
        let reason = finish.map { #","finishReason":"\#($0)""# } ?? ""
        return #"data: {"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"\#(type)","data":""#
            + Data(bytes).base64EncodedString()
            + #""}}]}\#(reason)}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":40}}"# + "\r\n\r\n"
    }

    private func speak(
        _ answer: ScriptedAnswer, hub: EventHub = EventHub()
    ) async throws -> (samples: [UInt8], client: ScriptedHTTPClient) {
        let http = ScriptedHTTPClient { _, _ in answer }
        let client = SpeechClient(endpoint: endpoint, http: http, account: ModelAccount(hub: hub), voice: "Puck")
        let samples = Mutex<[UInt8]>([])
        try await client.synthesize("Duck!") { new in samples.withLock { $0 += new } }
        return (samples.withLock { $0 }, http)
    }

    @Test("asks the speech model for audio in the voice, key in the header, and hands samples on as they come")
    func speaks() async throws {
        let hub = EventHub()
        let (samples, http) = try await speak(
            .whole(200, piece([1, 2, 3]), piece([4, 5, 6], finish: "STOP")), hub: hub)
        #expect(samples == [1, 2, 3, 4, 5, 6])
        let request = try #require(http.requests.first)
        #expect(request.url == "http://speech.test/v1beta/models/m-tts:streamGenerateContent?alt=sse")
        #expect(request.headers.contains { $0 == ("x-goog-api-key", "s3cret") })
        let body: JSONValue = try JSON.decode(from: request.body.readableBytesView)
        #expect(body["contents"]?[0]?["parts"]?[0]?["text"] == "Duck!")
        #expect(body["generationConfig"]?["responseModalities"]?[0] == "AUDIO")
        let voice = body["generationConfig"]?["speechConfig"]?["voiceConfig"]?["prebuiltVoiceConfig"]?["voiceName"]
        #expect(voice == "Puck")
        let statistics = hub.snapshot.statistics
        #expect(statistics.usage.candidates == 40)
        #expect(statistics.requests[.speech]?.answered == 1 && statistics.allRequests.underWay == 0)
    }

    @Test("an answer in one piece, and a WAV, are heard as well")
    func whole() async throws {
        let json = String(piece([1, 2, 3, 4], finish: "STOP").dropFirst(6))
        #expect(try await speak(.whole(200, type: "application/json", json)).samples == [1, 2, 3, 4])
        let wave = SpeechAudioTests.wave([9, 8, 7, 6], rate: 24_000)
        #expect(try await speak(.whole(200, piece(wave, type: "audio/wav"))).samples == [9, 8, 7, 6])
    }

    @Test("what was counted is paid for however the line ends, and how it ends is counted")
    func endings() async throws {
        let endings: [(body: [String], outcome: RequestFailure, words: String?)] = [
            ([piece([1, 2]), "data: {\"x\r\n\r\n", piece([3, 4])], .malformed, "cannot be read"),
            ([piece([1, 2]), piece([3, 4])], .truncated, nil),
            ([piece([1, 2], finish: "SAFETY")], .blocked, nil),
            ([piece([], finish: "PROHIBITED_CONTENT")], .blocked, "blocked (PROHIBITED_CONTENT)"),
            ([piece([], finish: "OTHER")], .empty, "without a sound (OTHER)"),
        ]
        for ending in endings {
            let hub = EventHub()
            var words: String?
            do {
                _ = try await speak(.whole(200, ending.body.joined()), hub: hub)
            } catch {
                words = "\(error)"
            }
            #expect(words?.contains(ending.words ?? "-") ?? (ending.words == nil), "\(words ?? "no error")")
            let statistics = hub.snapshot.statistics
            #expect(statistics.requests[.speech]?.failed == [ending.outcome: 1], "\(ending)")
            #expect(statistics.usage.total == 45, "\(ending)")
            #expect(hub.snapshot.endpointTrouble == nil)
        }
    }

    @Test("a quota of the day is waited out to its reset, which is told, and not looped on")
    func dailyQuota() async throws {
        let bench = AccountBench()
        let http = ScriptedHTTPClient { _, _ in
            .whole(
                429, type: "application/json",
                #"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"#
                    + #""RequestsPerDay","quotaValue":"15"}]},{"retryDelay":"36s"}]}}"#)
        }
        let client = SpeechClient(endpoint: endpoint, http: http, account: bench.account)
        let error = await #expect(throws: SpeechError.self) { try await client.synthesize("Duck!") { _ in } }
        // Midnight in California, and a minute.
        let reset = bench.clock.now + .seconds(12 * 3600 + 60)
        #expect(error == .dayIsOver(limit: "15", until: reset, shown: "2026-11-23 08:01 UTC"))
        #expect(error?.description.contains("of 15 is used up; lines are only shown until 2026-11-23 08:01") == true)
        var speech = SpeechState()
        VoiceSystem(hub: bench.hub).note(try #require(error), &speech, bench.clock.now)
        #expect(speech.notBefore == reset)
        // The model that is asked for everything else has a quota of its own.
        #expect(bench.hold == nil)
    }

    @Test("what only holds speech back is not told as if nothing were asked")
    func ownHold() async throws {
        let bench = AccountBench {
            $0.budget = Money(nanodollars: 1_000_000_000)
            $0.price = Price(input: 1, output: 1)
            $0.pricedModel = "m"
        }
        let http = ScriptedHTTPClient { _, _ in .good() }
        let client = SpeechClient(endpoint: endpoint, http: http, account: bench.account)
        let error = await #expect(throws: SpeechError.self) { try await client.synthesize("Duck!") { _ in } }
        #expect(error?.description.contains("--tts-model") == true && error?.description.contains("--price") == false)
        #expect(bench.log.count { if case .account(.held) = $0 { true } else { false } } == 0)
        #expect(bench.hold == nil)
        // And speech that is allowed does not say that everything is.
        try bench.admit().failed(.refused(.init(code: 401), status: 401))
        let told = bench.hub.snapshot.lastHold
        #expect(told?.reason == .circuitOpen(failures: 1))
        #expect(throws: Hold.self) { try bench.admit(.speech) }
        #expect(bench.hub.snapshot.lastHold == told)
    }

    @Test("what was not admitted is not asked for")
    func admission() async throws {
        let http = ScriptedHTTPClient { _, _ in .whole(200, "") }
        var settings = AccountSettings()
        settings.budget = Money(nanodollars: 1)
        let account = ModelAccount(hub: EventHub(), settings: settings)
        let client = SpeechClient(endpoint: endpoint, http: http, account: account)
        await #expect(throws: SpeechError.held(.priceUnknown(model: "m-tts"))) {
            try await client.synthesize("Duck!") { _ in }
        }
        #expect(http.requests.isEmpty)
    }

    @Test("failures say what to do, when to try again, and never the key")
    func failures() async throws {
        let quota = #"{"error":{"code":429,"message":"slow down s3cret","status":"RESOURCE_EXHAUSTED","#
            + #""details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"7s"}]}}"#
        let answers: [(ScriptedAnswer, String)] = [
            (.whole(429, type: "application/json", quota), "too many requests"),
            (.whole(200, type: "text/html", "<html>s3cret"), "without audio"),
            (.whole(200, sse(text: "no sound", finish: "STOP")), "without audio"),
            (.whole(200, "data: {\"x\r\n\r\n"), "cannot be read"),
            (.whole(200, piece(SpeechAudioTests.wave([1], rate: 24_000, bits: 8))), "cannot be played"),
        ]
        for (answer, words) in answers {
            do {
                _ = try await speak(answer)
                #expect(Bool(false), "\(words)")
            } catch let error as SpeechError {
                #expect(error.description.contains(words), "\(error)")
                #expect(!error.description.contains("s3cret"))
                if words == "too many requests" { #expect(error.retry == .after(.seconds(7))) }
            }
        }
    }
}
