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

    @Test("its failures hold back the interpreter too, and either's success ends them")
    func sharedAccount() async throws {
        let http = ScriptedHTTPClient { _, number in
            if number == 0 { throw HTTPFailure(.connectTimeout, phase: .queued, origin: nil) }
            return Self.answer(Self.plan)
        }
        let planner = planner(http)
        async let loop: Void = planner.run()
        planner.offer(.one(1, at: clock.now))
        await log.wait(1) { if case .endpointFailing(.queued, _) = $0 { true } else { false } }
        let size = RequestSize(inputTokens: 1, outputTokens: 1)
        #expect(throws: Hold.self) { try account.admit(.interpretation, model: "m", size: size) }
        clock.advance(by: clock.now.duration(to: try #require(account.notBefore)))
        try account.admit(.interpretation, model: "m", size: size).answered()
        #expect(log.count(\.isRecovered) == 1)
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
            (#"{"scene":"combat","intent":"Heal","reason":"x","confidence":1}"#, "there is no intent named Heal"),
            (#"{"scene":"combat","intent":"heal","reason":"x","confidence":2}"#, "confidence is 2.0, not 0 to 1"),
            (#"{"scene":"combat","intent":"heal","reason":" ","confidence":1}"#, "reason is empty"),
            (#"{"scene":"combat","intent":"heal","reason":"x","confidence":"1"}"#, "confidence has the wrong type"),
            (
                #"{"scene":"combat","intent":"heal","reason":"x","confidence":1,"health":101}"#,
                "health is 101.0, not 0 to 100"
            ),
            (#"{"scene":"combat","intent":"heal","reason":"x","confidence":1,"enemies":-1}"#, "enemies is negative"),
            ("```json {}```", "not JSON: ```json {}```"),
        ])
    func strict(text: String, complaint: String) {
        #expect(throws: InterpreterError.unusable(complaint)) { try PlannerAnswer(text: text) }
    }

    @Test("unknown vitals stay unknown")
    func unknownVitals() throws {
        let answer = try PlannerAnswer(
            text: #"{"scene":"city","health":null,"intent":"trade","reason":"a shop","confidence":0.5}"#)
        #expect(answer.health == nil && answer.enemies == nil && answer.scene == .city)
    }
}
