import FoundationEssentials
import NIOCore
import TestSupport
import Testing

@testable import Basics
@testable import Connections
@testable import Engine

/// Models that spend all their tokens on thinking.
@Suite("Models that only think", .timeLimit(.minutes(5)), .serialized, .alone)
struct ThinkingTests {
    /// The fields that ask for less thinking, of either API.
    private struct Sent: Decodable {
        struct Template: Decodable { var enable_thinking: Bool }
        struct Configuration: Decodable { var thinkingConfig: Thinking? }
        struct Thinking: Decodable {
            var thinkingLevel: String?
            var thinkingBudget: Int?
        }
        var reasoning_effort: String?
        var chat_template_kwargs: Template?
        var generationConfig: Configuration?

        var words: String {
            let thinking = generationConfig?.thinkingConfig
            let parts = [
                reasoning_effort, chat_template_kwargs.map { "template \($0.enable_thinking)" },
                thinking?.thinkingLevel, thinking?.thinkingBudget.map { "budget \($0)" },
            ]
            return parts.compactMap { $0 }.joined(separator: " ")
        }
    }

    /// Asks as often as there are answers, and gives what each request asked of the thinking and how it ended.
    private func ask(_ endpoint: any ModelEndpoint, _ answers: [ScriptedAnswer]) async throws -> (
        asked: [String], errors: [InterpreterError?]
    ) {
        let http = ScriptedHTTPClient { _, number in answers[number] }
        let client = endpoint.client(over: http)
        var errors: [InterpreterError?] = []
        for _ in answers {
            do {
                let leave = AccountBench.leave()
                _ = try await client.stream(ModelPrompt(instructions: "", text: "?"), leave) { _ in }
                errors.append(nil)
            } catch let error as InterpreterError {
                errors.append(error)
            }
        }
        let asked = try http.requests.map { request in
            try JSONDecoder().decode(Sent.self, from: Data(request.body.readableBytesView)).words
        }
        return (asked, errors)
    }

    /// As Ollama and llama.cpp stream it.
    private var onlyThoughts: ScriptedAnswer {
        .whole(
            200, #"data: {"choices":[{"delta":{"content":"","reasoning_content":"Well, "},"finish_reason":null}]}"#
                + "\n\n" + #"data: {"choices":[{"delta":{},"finish_reason":"length"}]}"# + "\n\n"
                + #"data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":300}}"# + "\n\ndata: [DONE]\n\n")
    }
    private var good: ScriptedAnswer {
        .whole(200, #"data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}"# + "\n\n")
    }
    private func refusal(_ message: String) -> ScriptedAnswer {
        .whole(400, type: "application/json", #"{"error":{"message":"\#(message)","type":"invalid_request_error"}}"#)
    }
    private var openAI: any ModelEndpoint { OpenAIEndpoint(baseURL: "http://x.test/v1", model: "m") }

    @Test("the message names it, and the next request asks for less, in both ways that servers know")
    func asksForLess() async throws {
        let (asked, errors) = try await ask(openAI, [onlyThoughts, good, good])
        #expect(asked == ["", "none template false", "none template false"])
        #expect(errors[0] == .onlyThoughts(tokens: 300, reason: "MAX_TOKENS", asksForLess: true))
        #expect(errors[0]?.description.hasPrefix("the model spent its 300 tokens on thinking") == true)
        #expect(errors[1] == nil && errors[2] == nil)
    }

    @Test("what is refused is given up, one way after the other, and no refusal opens a circuit for it")
    func refused() async throws {
        let refusals = [refusal("reasoning_effort: none is not a value"), refusal("unknown field")]
        let (asked, errors) = try await ask(openAI, [onlyThoughts] + refusals + [good, onlyThoughts])
        #expect(asked == ["", "none template false", "low", "", ""])
        #expect(errors[1]?.retry == .backoff && errors[2]?.retry == .backoff)
        #expect(errors[4] == .onlyThoughts(tokens: 300, reason: "MAX_TOKENS"))
        #expect(errors[4]?.description.contains("turn its thinking off where it is served") == true)
    }

    @Test("what helped is kept, whatever is refused later; what does not help is said to be the operator's to set")
    func keeps() async throws {
        let (asked, errors) = try await ask(openAI, [onlyThoughts, good, refusal("no such user"), good])
        #expect(asked.last == "none template false" && errors[2]?.retry == .hardlyEver)
        let (all, ends) = try await ask(openAI, [onlyThoughts, onlyThoughts, onlyThoughts, onlyThoughts])
        #expect(all == ["", "none template false", "low", "low"])
        #expect(ends.map { $0 == .onlyThoughts(tokens: 300, reason: "MAX_TOKENS") } == [false, false, true, true])
    }

    @Test(
        "Gemini's models are asked in their own words: by level since the third, by a budget before",
        arguments: [
            ("gemini-3.8-flash", ["LOW", "MINIMAL", "LOW", "LOW"]),
            ("gemini-2.5-pro", ["", "budget 0", "budget 128", "budget 128"]),
        ])
    func gemini(model: String, levels: [String]) async throws {
        // Without content, as the service sends it.
        let thoughts = ScriptedAnswer.whole(
            200, #"data: {"candidates":[{"finishReason":"MAX_TOKENS","index":0}],"#
                + #""usageMetadata":{"promptTokenCount":9,"thoughtsTokenCount":1021}}"# + "\r\n\r\n")
        let budget = ScriptedAnswer.whole(
            400, type: "application/json",
            #"{"error":{"code":400,"message":"Budget 0 is invalid. This model only works in thinking mode.","#
                + #""status":"INVALID_ARGUMENT"}}"#)
        let endpoint = GeminiEndpoint(baseURL: "http://x.test", model: model)
        let (asked, errors) = try await ask(endpoint, [thoughts, budget, .good(), .good()])
        #expect(asked == levels)
        #expect(errors[0] == .onlyThoughts(tokens: 1021, reason: "MAX_TOKENS", asksForLess: true))
        #expect(errors[1]?.retry == .backoff && errors[2] == nil)
    }

    @Test("line breaks without end are held back only for a while: they count as what was said, which has a bound")
    func endlessSpace() {
        var filter = ThoughtFilter()
        let said = (0..<10_000).reduce(0) { count, _ in count + filter.add("\n").utf8.count }
        #expect(said > 5_000)
    }
}
