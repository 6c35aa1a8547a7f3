import Engine
import Synchronization
import Testing

@testable import Basics
@testable import Connections
@testable import Vision

@Suite("Model planner", .timeLimit(.minutes(5)), .shared)
struct ModelPlannerTests {
    private let clock: ManualClock
    private let hub: EventHub
    private let log: EventLog
    private let account: ModelAccount
    private let intents = IntentBox()

    final class IntentBox: Sendable {
        private let state = Mutex<[Intent]>([])
        func add(_ intent: Intent) { state.withLock { $0.append(intent) } }
        var all: [Intent] { state.withLock { $0 } }
    }

    init() {
        clock = ManualClock()
        hub = EventHub(clock: clock)
        log = EventLog(hub)
        account = ModelAccount(hub: hub)
    }

    private func planner(_ http: ScriptedHTTPClient) -> ModelPlanner {
        var configuration = ModelPlanner.Configuration()
        configuration.instructions = "plan"
        return ModelPlanner(
            configuration, endpoint: InterpreterBench.endpoint, http: http, hub: hub, account: account,
            encode: InterpreterBench.encode, onIntent: { [intents] in intents.add($0) })
    }

    private static func answer(_ plan: String) -> ScriptedAnswer {
        let text = plan.replacing("\"", with: "\\\"")
        return .whole(
            200, type: "application/json",
            #"{"candidates":[{"content":{"parts":[{"text":"\#(text)"}]},"finishReason":"STOP"}],"#
                + #""usageMetadata":{"promptTokenCount":9}}"#)
    }
    private static let plan =
        #"{"scene":"combat","health":40,"enemies":2,"intent":"retreat","reason":"two  wolves","confidence":0.8}"#

    @Test("hands over an intent with its frame and lifetime, and asks with a schema")
    func plans() async throws {
        let http = ScriptedHTTPClient { _, _ in Self.answer(Self.plan) }
        let planner = planner(http)
        async let loop: Void = planner.run()
        planner.offer(.one(7, at: clock.now, gameTime: .seconds(100)))
        await log.wait(1, \.isBeat)
        let intent = try #require(intents.all.first)
        #expect(intent.kind == .retreat)
        #expect(intent.reason == "two wolves")
        #expect(intent.frame == 7)
        // The frame was captured at the 100th second of the game.
        #expect(intent.isAlive(at: 119.9) && !intent.isAlive(at: 120))
        #expect(hub.snapshot.intent?.kind == .retreat)
        #expect(hub.snapshot.statistics.plans == 1 && hub.snapshot.statistics.planFailures == 0)
        #expect(hub.snapshot.statistics.usage.prompt == 9)
        let body = try SentBody(#require(http.requests.first))
        #expect(body.generationConfig?.responseMimeType == "application/json")
        #expect(body.generationConfig?.responseSchema?.required.contains("intent") == true)
        #expect(body.systemInstruction?.parts.first?.text == "plan")
        await planner.close()
        await loop
    }

    @Test("asks every four seconds at the most, about the newest frame")
    func period() async throws {
        let http = ScriptedHTTPClient { _, _ in Self.answer(Self.plan) }
        let planner = planner(http)
        async let loop: Void = planner.run()
        planner.offer(.one(1, at: clock.now))
        await log.wait(1, \.isPlanned)
        planner.offer(.one(2, at: clock.now))
        await clock.sleepers(1)
        clock.advance(by: .milliseconds(3_999))
        planner.offer(.one(3, at: clock.now))
        #expect(http.requests.count == 1)
        clock.advance(by: .milliseconds(1))
        await log.wait(2, \.isPlanned)
        #expect(try http.requests.map { try SentBody($0).picture?.first } == [1, 3])
        await planner.close()
        await loop
    }

    @Test("a plan that breaks the schema is counted as failed and guides nothing")
    func unusablePlan() async {
        let http = ScriptedHTTPClient { _, _ in Self.answer(Self.plan.replacing("retreat", with: "dance")) }
        let planner = planner(http)
        async let loop: Void = planner.run()
        planner.offer(.one(1, at: clock.now))
        await log.wait(1) { if case .planned(_, ok: false) = $0 { true } else { false } }
        #expect(intents.all.isEmpty)
        #expect(log.count(\.isFailing) == 0)
        await planner.close()
        await loop
    }

    @Test("its failures hold back the interpreter too, and either's success ends that")
    func sharedAccount() async throws {
        let http = ScriptedHTTPClient { _, number in
            if number == 0 { throw HTTPFailure(.connectTimeout, phase: .queued, origin: nil) }
            return Self.answer(Self.plan)
        }
        let planner = planner(http)
        async let loop: Void = planner.run()
        planner.offer(.one(1, at: clock.now))
        await log.wait(1) { if case .endpointFailing(_, .queued, _) = $0 { true } else { false } }
        let size = RequestSize(inputTokens: 1, outputTokens: 1)
        #expect(throws: Hold.self) { try account.admit(.interpretation, model: "m", size: size) }
        clock.advance(by: clock.now.duration(to: try #require(account.notBefore())))
        try account.admit(.interpretation, model: "m", size: size).answered()
        #expect(account.notBefore() == nil)
        await planner.close()
        await loop
    }

    @Test("closing cancels the request under way, and posts neither a plan nor a failure for it")
    func closes() async {
        let entered = EventHub(clock: clock)
        let enteredLog = EventLog(entered)
        let http = ScriptedHTTPClient { _, _ in
            entered.post(.notice("asked"))
            return ScriptedAnswer(headers: [("Content-Type", "application/json")])
        }
        let planner = planner(http)
        async let loop: Void = planner.run()
        planner.offer(.one(1, at: clock.now))
        await enteredLog.wait { _ in true }
        await planner.close()
        await loop
        #expect(log.count(\.isPlanned) == 0)
        #expect(log.count(\.isFailing) == 0)
    }

    @Test(
        "a structured answer is read strictly",
        arguments: [
            (#"{"scene":"combat","intent":"heal","reason":"x"}"#, "confidence is missing"),
            (#"{"scene":"moon","intent":"heal","reason":"x","confidence":1}"#, "there is no scene named moon"),
            (#"{"scene":"combat","intent":"heal!","reason":"x","confidence":1}"#, "there is no intent named heal!"),
            (#"{"scene":"combat","intent":"heal","reason":"x","confidence":2}"#, "confidence is 2.0, not 0 to 1"),
            (#"{"scene":"combat","intent":"heal","reason":" ","confidence":1}"#, "reason is empty"),
            (#"{"scene":"combat","intent":"heal","reason":"x","confidence":"high"}"#, "confidence has the wrong type"),
            (#"{"scene":"combat","intent":"heal","reason":"x","confidence":true}"#, "confidence has the wrong type"),
            (#"{"scene":"combat","intent":"heal","reason":"x","confidence":"nan"}"#, "confidence has the wrong type"),
            (#"{"scene":"combat","intent":"heal","reason":7,"confidence":1}"#, "reason has the wrong type"),
            (
                #"{"scene":"combat","intent":"heal","reason":"x","confidence":1,"health":101}"#,
                "health is 101.0, not 0 to 100"
            ),
            (#"{"scene":"combat","intent":"heal","reason":"x","confidence":1,"enemies":-1}"#,
                "enemies is -1.0, not a count"),
            (#"{"scene":"combat","intent":"heal","reason":"x","confidence":1,"enemyBearing":200}"#,
                "enemyBearing is 200.0, not -180 to 180"),
            (#"{"scene":"combat","intent":"heal","reason":"x","confidence":1,"enemies":1.5}"#,
                "enemies is 1.5, not a count"),
            ("```json {}```", "scene is missing"),
            ("I cannot see. " + String(repeating: "x", count: 90),
                "there is no JSON object in it: I cannot see. " + String(repeating: "x", count: 66)),
        ])
    func strict(text: String, complaint: String) {
        #expect(throws: InterpreterError.unusable(complaint)) { try PlannerAnswer(text: text) }
    }

    @Test(
        "whatever surrounds the plan is let pass",
        arguments: [
            "%", "```json\n%\n```", "```\n%```", "Here is the plan:\n\n```json\n%\n```\nGood luck!", "Sure! %",
            "% Done.",
            "<think>The {\"intent\":\"heal\"} or %?</think>\n%", "no tag opens {\"a\":1}</think>%",
            "the {braces} of \"{\" and {\"a\": unfinished\n% {", "[%]", "\u{FEFF}%", "<answer>%</answer>",
            #"{"scene":"moon","intent":"heal","reason":"x","confidence":1} no, rather %"#,
        ])
    func surrounded(form: String) throws {
        let plan = #"{"scene":"city","intent":"trade","reason":"a {shop} \"}\" <think>","confidence":0.5}"#
        let answer = try PlannerAnswer(text: form.replacing("%", with: plan))
        #expect(answer.intent == .trade && answer.reason == #"a {shop} "}" <think>"#)
    }

    @Test("a plan that was only thought is none", arguments: ["<think>%</think>No.", "<think>%", "%</think> No."])
    func onlyThought(form: String) {
        let plan = #"{"scene":"city","intent":"trade","reason":"x","confidence":0.5}"#
        let text = form.replacing("%", with: plan)
        #expect(throws: InterpreterError.unusable("there is no JSON object in it: \(text.prefix(80))")) {
            try PlannerAnswer(text: text)
        }
    }

    @Test("the case of words does not matter, and numbers may be written as text")
    func lenientWords() throws {
        let answer = try PlannerAnswer(
            text: #"{"scene":"Combat","health":"62","enemies":"2","intent":"ENGAGEENEMY","reason":"x \ud83d","#
                + #""confidence":"0.8"}"#)
        #expect(answer.scene == .combat && answer.intent == .engageEnemy && answer.confidence == 0.8)
        #expect(answer.health == 62 && answer.enemies == 2 && answer.reason == "x \u{FFFD}")
    }

    @Test("a plan that cannot be read is told once, until one can be again")
    func complainsOnce() async {
        let http = ScriptedHTTPClient { _, number in Self.answer(number == 2 ? Self.plan : "no plan, no. \(number)") }
        let planner = planner(http)
        async let loop: Void = planner.run()
        for number in 1...5 {
            planner.offer(.one(UInt64(number), at: clock.now))
            if number > 1 {
                await clock.sleepers(1)
                clock.advance(by: .seconds(4))
            }
            await log.wait(number, \.isPlanned)
        }
        let told = log.events.compactMap { if case .notice(let text) = $0.kind { text } else { nil } }
        let words = "the model's plan breaks the schema: there is no JSON object in it: no plan, no. "
        #expect(told == [words + "0", words + "3"])
        await planner.close()
        await loop
    }

    @Test("unknown vitals stay unknown")
    func unknownVitals() throws {
        let answer = try PlannerAnswer(
            text: #"{"scene":"city","health":null,"intent":"trade","reason":"a shop","confidence":0.5}"#)
        #expect(answer.health == nil && answer.enemies == nil && answer.scene == .city)
    }
}
