import Testing

@testable import Basics
@testable import Connections
@testable import Engine
@testable import Record

@Suite("Gemini messages", .shared)
struct GeminiMessagesTests {
    private func answer(_ documents: String...) throws -> ModelAnswer {
        var answer = GeminiAnswer()
        for document in documents { _ = try answer.add(json: document.utf8) }
        return try answer.complete(isWhole: false)
    }

    @Test("an answer is the text of its pieces, with the last usage and the finish reason")
    func wholeAnswer() throws {
        let answer = try answer(
            #"{"candidates":[{"content":{"parts":[{"text":"A wolf"}]}}],"usageMetadata":{"promptTokenCount":5}}"#,
            #"""
            {"candidates":[{"content":{"parts":[{"text":" is"},{"text":" near."}]},"finishReason":"STOP","index":0}],
             "usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":4,"thoughtsTokenCount":2},"modelVersion":"m"}
            """#)
        #expect(answer.text == "A wolf is near.")
        #expect(answer.finishReason == .stop)
        #expect(answer.usage == TokenUsage(prompt: 5, candidates: 4, thoughts: 2))
        #expect(answer.modelVersion == "m")
        #expect(!answer.isTruncated)
    }

    @Test("a field of an odd shape costs no answer")
    func oddFields() throws {
        let answer = try answer(
            #"{"candidates":[{"index":"0","content":{"parts":[{"text":"A wolf"},{"inlineData":{}}]},"#
                + #""finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":"1000","candidatesTokenCount":7.0,"#
                + #""thoughtsTokenCount":"many","totalTokenCount":[]}}"#)
        #expect(answer.text == "A wolf" && answer.usage == TokenUsage(prompt: 1000, candidates: 7, thoughts: 0))
    }

    @Test("thoughts are not shown")
    func thoughtsAreHidden() throws {
        let answer = try answer(
            #"{"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"Go."}]},"#
                + #""finishReason":"STOP"}]}"#)
        #expect(answer.text == "Go.")
    }

    @Test("unknown fields, finish reasons and other candidates are let pass")
    func openToTheFuture() throws {
        let answer = try answer(
            #"""
            {"candidates":[{"index":1,"content":{"parts":[{"text":"no"}]}},{"index":0,"finishReason":"TIRED",
             "content":{"parts":[{"text":"yes","novelty":{"a":1}}]}}],"weather":[1,2]}
            """#)
        #expect(answer.text == "yes")
        #expect(answer.finishReason?.rawValue == "TIRED")
    }

    @Test("without a finish reason the answer is truncated")
    func truncated() throws {
        #expect(try answer(#"{"candidates":[{"content":{"parts":[{"text":"A wo"}]}}]}"#).isTruncated)
    }

    @Test(
        "what cannot be used is told apart",
        arguments: [
            (
                #"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{}}"#,
                InterpreterError.blocked(reason: "SAFETY")
            ),
            (#"{"candidates":[{"finishReason":"MAX_TOKENS","content":{}}]}"#, .noText(finishReason: "MAX_TOKENS")),
            (#"{"candidates":[{"finishReason":"MAX_TOKENS"}]}"#, .noText(finishReason: "MAX_TOKENS")),
            (
                #"{"candidates":[{"finishReason":"STOP","content":{"parts":[{"text":""}]}}]}"#,
                .noText(finishReason: "STOP")
            ),
            (#"{"choices":[]}"#, .noAnswer),
            (#"{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}"#,
                .interrupted(.init(code: 503, message: "busy", status: "UNAVAILABLE"))),
            (#"[{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}]"#,
                .interrupted(.init(code: 503, message: "busy", status: "UNAVAILABLE"))),
            ("<html>", .malformed("not a Gemini answer: <html>")),
            (#"{"candidates":7}"#, .malformed(#"not a Gemini answer: {"candidates":7}"#)),
        ])
    func unusable(document: String, expected: InterpreterError) {
        #expect(throws: expected) { _ = try answer(document) }
    }

    @Test("an answer without end is refused")
    func boundedText() throws {
        var answer = GeminiAnswer()
        let piece = String(repeating: "x", count: ModelAnswer.textBound / 2)
        let document = #"{"candidates":[{"content":{"parts":[{"text":"\#(piece)"}]}}]}"#
        _ = try answer.add(json: document.utf8)
        _ = try answer.add(json: document.utf8)
        #expect(throws: InterpreterError.tooLong(bound: ModelAnswer.textBound)) { try answer.add(json: document.utf8) }
    }

    private static let quota = #"""
        {"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[
          {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"x",
            "quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier","quotaDimensions":{"model":"m"},
            "quotaValue":"20"}]},
          {"@type":"type.googleapis.com/google.rpc.Help","links":[{"url":"https://example.com"}]}, 7,
          {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"36.429760048s"}]}}
        """#

    @Test("a quota error gives the quota and the delay, as an object and in a list", arguments: [quota, "[\(quota)]"])
    func quotaError(body: String) throws {
        let refusal = try #require(GeminiMessages.Refusal(body: body.utf8))
        #expect(refusal.code == 429)
        #expect(refusal.isDailyQuota)
        #expect(refusal.quotaValue == "20")
        let delay = try #require(refusal.retryAfter)
        #expect(abs(delay.seconds - 36.42976) < 0.001)
        // A short delay must not make it ask a spent daily quota again and again.
        #expect(InterpreterError.refused(refusal, status: 429).retry == .hardlyEver)
    }

    @Test("of several quotas that are used up the one of the day counts, wherever it stands")
    func severalQuotas() throws {
        let refusal = try #require(
            GeminiMessages.Refusal(
                body: (#"{"error":{"code":429,"details":[{"violations":["#
                    + #"{"quotaId":"RequestsPerMinute","quotaValue":"5"},"#
                    + #"{"quotaId":"RequestsPerDay","quotaValue":"20"}]}]}}"#).utf8))
        #expect(refusal.isDailyQuota && refusal.quotaValue == "20")
    }

    @Test("an error body may leave out or retype nearly everything")
    func oddErrors() throws {
        #expect(GeminiMessages.Refusal(body: #"{"error":"no"}"#.utf8)?.message == "no")
        #expect(GeminiMessages.Refusal(body: #"{"error":{"code":"404"}}"#.utf8)?.code == 404)
        #expect(GeminiMessages.Refusal(body: #"{"error":{"code":null,"message":null}}"#.utf8)?.message == "")
        #expect(GeminiMessages.Refusal(body: "Bad Gateway".utf8) == nil)
        #expect(GeminiMessages.Refusal(body: "{}".utf8) == nil)
        #expect(GeminiMessages.Refusal(body: "".utf8) == nil)
    }

    @Test("protobuf durations are read, and nothing else", arguments: [
        ("36s", 36.0), ("0.5s", 0.5), ("36", nil), ("-1s", nil), ("s", nil), ("nans", nil), ("1m", nil), ("1e99s", nil),
    ])
    func durations(text: String, expected: Double?) {
        #expect(Duration(protobuf: text)?.seconds == expected)
    }
}
