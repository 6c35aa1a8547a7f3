import Testing

@testable import Basics
@testable import Connections
@testable import Engine
@testable import Record
@testable import Vision

/// Every way an answer can end, from the wire to what is counted, shown and held.
@Suite("How answers end", .timeLimit(.minutes(5)), .shared)
struct AnswerEndingTests {
    @Test("is named, counted once, and paid for as far as its usage came", arguments: AnswerEnding.all)
    func endsOnce(_ ending: AnswerEnding) async throws {
        let bench = InterpreterBench { _, _ in .whole(200, ending.body) }
        async let loop: Void = bench.interpreter.run()
        bench.interpreter.offer(bench.frame(1))
        await bench.log.wait(1, \.isEnded)
        #expect(bench.interpreter.history.first?.end == ending.end)
        await bench.interpreter.close()
        await loop

        let counts = try #require(bench.hub.snapshot.statistics.requests[.interpretation])
        var wanted = RequestCounts()
        wanted.sent = 1
        switch ending.outcome {
        case .answered: wanted.answered = 1
        case .failed(let why): wanted.failed = [why: 1]
        case .cancelled: wanted.cancelled = 1
        }
        #expect(counts == wanted)
        #expect((bench.log.count(\.isFailing) == 1) == ending.fails)
        #expect(bench.hub.snapshot.statistics.usage.total == (ending.body == "\n" ? 0 : 21))
    }

    @Test(
        "a plan that was cut off says so, instead of only that it is no JSON",
        arguments: [
            (FinishReason?.some(.maxTokens), "cut off by MAX_TOKENS: {\"scene"),
            (.some(.safety), "cut off by the filter (SAFETY): {\"scene"),
            (nil, "it stopped without a finish reason: {\"scene"),
            (.some(.stop), "there is no JSON object in it: {\"scene"),
        ])
    func cutPlan(reason: FinishReason?, complaint: String) {
        let answer = ModelAnswer(text: "{\"scene", finishReason: reason, usage: nil, modelVersion: nil)
        #expect(throws: InterpreterError.unusable(complaint)) { try PlannerAnswer(answer) }
    }

    @Test("a whole plan is used whatever the reason it ended with")
    func wholePlan() throws {
        let text = #"{"scene":"city","intent":"trade","reason":"a shop","confidence":0.5}"#
        let answer = ModelAnswer(text: text, finishReason: nil, usage: nil, modelVersion: nil)
        #expect(try PlannerAnswer(answer).intent == .trade)
    }
}

struct AnswerEnding: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let body: String
    let end: InterpretationEnd
    let outcome: RequestOutcome
    /// Whether the endpoint is said to fail.
    var fails = false
}

extension AnswerEnding {
    private static let usage =
        #""usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7,"thoughtsTokenCount":3}"#
    private static func event(_ json: String) -> String { "data: {\(json)}\n\n" }
    private static func candidate(_ text: String?, _ reason: String?) -> String {
        let content = text.map { #""content":{"parts":[{"text":"\#($0)"}]},"# } ?? ""
        let finish = reason.map { #""finishReason":"\#($0)","# } ?? ""
        return event(#""candidates":[{\#(content)\#(finish)"index":0}],\#(usage)"#)
    }

    static let all: [AnswerEnding] = [
        AnswerEnding(
            testDescription: "whole", body: candidate("All well.", "STOP"), end: .finished(reason: "STOP"),
            outcome: .answered),
        AnswerEnding(
            testDescription: "out of tokens after some text", body: candidate("All", "MAX_TOKENS"),
            end: .finished(reason: "MAX_TOKENS"), outcome: .answered),
        AnswerEnding(
            testDescription: "out of tokens before the first word, without content", body: candidate(nil, "MAX_TOKENS"),
            end: .failed(
                InterpreterError.onlyThoughts(tokens: 10, reason: "MAX_TOKENS", asksForLess: true).description),
            outcome: .failed(.empty)),
        AnswerEnding(
            testDescription: "empty parts", body: candidate("", "STOP"),
            end: .failed(InterpreterError.onlyThoughts(tokens: 10, reason: "STOP", asksForLess: true).description),
            outcome: .failed(.empty)),
        AnswerEnding(
            testDescription: "cut off by safety after some text",
            body: candidate("All", nil) + candidate(nil, "SAFETY"),
            end: .finished(reason: "SAFETY"), outcome: .failed(.blocked)),
        AnswerEnding(
            testDescription: "stopped by safety before the first word", body: candidate(nil, "PROHIBITED_CONTENT"),
            end: .failed(InterpreterError.noText(finishReason: "PROHIBITED_CONTENT").description),
            outcome: .failed(.blocked)),
        AnswerEnding(
            testDescription: "a reason nobody has heard of", body: candidate("All", "TIRED"),
            end: .finished(reason: "TIRED"), outcome: .answered),
        AnswerEnding(
            testDescription: "the prompt was blocked",
            body: event(#""promptFeedback":{"blockReason":"SAFETY"},\#(usage)"#),
            end: .failed(InterpreterError.blocked(reason: "SAFETY").description), outcome: .failed(.blocked)),
        AnswerEnding(
            testDescription: "the prompt was blocked for a reason nobody has heard of",
            body: event(#""promptFeedback":{"blockReason":"MOOD"},\#(usage)"#),
            end: .failed(InterpreterError.blocked(reason: "MOOD").description), outcome: .failed(.blocked)),
        AnswerEnding(
            testDescription: "no finish reason", body: candidate("All", nil), end: .truncated,
            outcome: .failed(.truncated)),
        AnswerEnding(
            testDescription: "no finish reason, but the word that this is the end",
            body: candidate("All", nil) + "data: [DONE]\n\n", end: .finished(reason: "STOP"), outcome: .answered),
        AnswerEnding(
            testDescription: "a refusal in the middle",
            body: candidate("All", nil) + event(#""error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}"#),
            end: .failed("receiving: the server refused the request (HTTP 400 INVALID_ARGUMENT: no)"),
            outcome: .failed(.interrupted), fails: true),
        AnswerEnding(
            testDescription: "an error in the middle",
            body: candidate("All", nil) + event(#""error":{"code":500,"message":"oops","status":"INTERNAL"}"#),
            end: .failed(
                InterpreterError.interrupted(.init(code: 500, message: "oops", status: "INTERNAL")).description),
            outcome: .failed(.interrupted), fails: true),
        AnswerEnding(
            testDescription: "a quota in the middle",
            body: candidate("All", nil)
                + event(#""error":{"code":429,"message":"quota","status":"RESOURCE_EXHAUSTED"}"#),
            end: .failed(
                InterpreterError.interrupted(.init(code: 429, message: "quota", status: "RESOURCE_EXHAUSTED"))
                    .description),
            outcome: .failed(.quota), fails: true),
        AnswerEnding(
            testDescription: "nothing at all", body: "\n", end: .failed(InterpreterError.noAnswer.description),
            outcome: .failed(.empty), fails: true),
    ]
}
