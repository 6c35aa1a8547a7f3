import Engine
import Record
import Testing

@testable import Basics
@testable import Connections

@Suite("Account of model requests", .shared)
struct ModelAccountTests {
    private static let down = InterpreterError.transport(
        HTTPFailure(.connect(["127.0.0.1: refused"]), phase: .connecting, origin: nil))

    private func refused(_ status: Int, _ body: String) throws -> InterpreterError {
        .refused(try #require(GeminiMessages.Refusal(body: body.utf8)), status: status)
    }

    @Test("recovery is told once, and only after a failure")
    func recovery() throws {
        let bench = AccountBench()
        try bench.admit().answered()
        #expect(bench.log.count(\.isRecovered) == 0)
        try bench.admit().failed(Self.down)
        #expect(bench.account.notBefore() != nil)
        bench.clock.advance(by: .seconds(2))
        try bench.admit().answered()
        try bench.admit().answered()
        #expect(bench.log.count(\.isFailing) == 1)
        #expect(bench.log.count(\.isRecovered) == 1)
        #expect(bench.account.notBefore() == nil)
    }

    @Test("requests that fail together are told each, and count as one failure for the backoff")
    func failingTogether() throws {
        let bench = AccountBench()
        let together = try (0..<8).map { _ in try bench.admit() }
        bench.clock.advance(by: .seconds(1))
        for admission in together { admission.failed(Self.down) }
        #expect(bench.log.count(\.isFailing) == 8)
        let held = try #require(bench.account.notBefore())
        #expect(bench.clock.now.duration(to: held) <= .seconds(1))
    }

    @Test("an answer of no use is not a failure of the endpoint")
    func uselessAnswers() throws {
        let bench = AccountBench()
        for error in [InterpreterError.blocked(reason: "SAFETY"), .noText(finishReason: "MAX_TOKENS"), .unusable("x")] {
            try bench.admit(.plan).failed(error)
        }
        #expect(bench.log.count(\.isFailing) == 0)
        #expect(bench.hold == nil)
        #expect(bench.hub.snapshot.statistics.requests[.plan]?.failed == [.blocked: 1, .empty: 1, .unusable: 1])
    }

    @Test("RetryInfo is honoured to the millisecond, its countdown is told, and it does not open the circuit")
    func retryInfo() throws {
        let bench = AccountBench()
        let error = try refused(
            429, #"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"36.5s"}]}}"#)
        try bench.admit().failed(error)
        #expect(bench.hub.snapshot.hold(at: 36.4)?.until == 36.5)
        #expect(bench.hub.snapshot.hold(at: 36.5) == nil)
        bench.clock.advance(by: .milliseconds(36_499))
        #expect(bench.hold?.reason == .serverQuota(id: nil, value: nil))
        bench.clock.advance(by: .milliseconds(1))
        #expect(bench.hold == nil)
    }

    @Test("a quota of the day stops the asking until midnight Pacific, whatever its retry delay says")
    func dailyQuota() throws {
        let bench = AccountBench()
        let error = try refused(
            429,
            #"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"#
                + #""GenerateRequestsPerDayPerProjectPerModel-FreeTier","quotaValue":"20"}]},{"retryDelay":"36s"}]}}"#)
        try bench.admit().failed(error)
        bench.clock.advance(by: .seconds(12 * 3600 + 59))
        #expect(
            bench.hold?.reason
                == .serverDay(id: "GenerateRequestsPerDayPerProjectPerModel-FreeTier", value: "20"))
        bench.clock.advance(by: .seconds(1))
        #expect(bench.hold == nil)
    }

    @Test("a server that is overloaded opens the circuit after five failures, and one probe closes it")
    func circuit() throws {
        let bench = AccountBench()
        let error = try refused(503, #"{"error":{"code":503,"status":"UNAVAILABLE","message":"overloaded"}}"#)
        for _ in 0..<5 {
            try bench.admit().failed(error)
            let until = try #require(bench.account.notBefore())
            if case .circuitOpen = bench.hub.snapshot.lastHold?.reason { break }
            bench.clock.advance(by: bench.clock.now.duration(to: until))
        }
        #expect(bench.hub.snapshot.lastHold?.reason == .circuitOpen(failures: 5))
        bench.clock.advance(by: bench.clock.now.duration(to: try #require(bench.account.notBefore())))
        let probe = try bench.admit()
        #expect(bench.hold?.reason == .probing)
        #expect(bench.hub.snapshot.lastHold?.reason == .probing)
        probe.answered()
        #expect(bench.hold == nil)
        #expect(bench.hub.snapshot.endpointTrouble == nil && bench.hub.snapshot.lastHold == nil)
    }

    @Test("at the cap nothing is asked any more, and it is said; spend is the sum of the usages")
    func budget() throws {
        let price = Price(input: 1000, output: 10_000)
        let bench = AccountBench {
            $0.budget = Money(nanodollars: 5_000_000)
            $0.price = price
        }
        var usages: [TokenUsage] = []
        while true {
            do throws(Hold) {
                let admission = try bench.admit()
                let usage = TokenUsage(prompt: 900, candidates: 50, thoughts: 30)
                usages.append(usage)
                admission.report(usage)
                admission.answered()
            } catch {
                #expect(error == Hold(.budget(Money(nanodollars: 5_000_000))))
                break
            }
        }
        let sum = usages.map(price.cost).reduce(.zero, +)
        #expect(bench.hub.snapshot.statistics.spend.total == sum)
        #expect(sum - price.cost(usages[0]) < Money(nanodollars: 5_000_000))
        #expect(bench.hub.snapshot.hold(at: 1e9)?.reason == .budget(Money(nanodollars: 5_000_000)))
        let warnings = bench.log.count { if case .notice(let text) = $0 { text.hasPrefix("80 %") } else { false } }
        #expect(warnings == 1)
        // All usages are the same: their number is what one more than fits under the cap.
        #expect(usages.count == 3)
    }

    @Test("a model without a price is counted in tokens only, and is not asked under a budget")
    func unknownPrice() throws {
        let bench = AccountBench()
        let admission = try bench.admit()
        admission.report(TokenUsage(prompt: 9, candidates: 1, thoughts: 0))
        admission.answered()
        let s = bench.hub.snapshot.statistics
        #expect(s.spend.total == .zero && s.spend.unpriced == 1 && s.usage.total == 10)
        #expect(AccountBench { $0.budget = Money(nanodollars: 1) }.hold?.reason == .priceUnknown(model: "m"))
    }

    @Test("an answer is paid at the price of the model that gave it, where that is listed")
    func routedModel() throws {
        let prices = try Assets.find(environment: [:], executable: CommandLine.arguments[0])
            .json(PriceTable.self, "prices.json")
        let bench = AccountBench { $0.prices = prices }
        for (asked, answered) in [
            ("gemini-flash-latest", "gemini-3.8-flash"), ("gemini-3.8-flash", "gemini-3.8-flash-001"),
        ] {
            let admission = try bench.account.admit(.plan, model: asked, size: AccountBench.size)
            admission.report(TokenUsage(prompt: 1000, candidates: 0, thoughts: 0), modelVersion: answered)
            admission.answered()
        }
        #expect(bench.hub.snapshot.statistics.spend.total == Money(nanodollars: 2 * 750_000))
    }

    @Test("the operator's own price counts for the model it was named for, and for no other")
    func ownPrice() throws {
        let prices = try Assets.find(environment: [:], executable: CommandLine.arguments[0])
            .json(PriceTable.self, "prices.json")
        var settings = AccountSettings()
        settings.prices = prices
        settings.price = Price(input: 1, output: 2)
        settings.pricedModel = "mine"
        #expect(settings.price(of: "mine", answeredBy: "gemini-3.8-flash", on: "2026-11-22")?.input == 1)
        #expect(settings.price(of: "gemini-3.8-flash-tts", on: "2026-11-22")?.input == 500)
        #expect(settings.price(of: "other", on: "2026-11-22") == nil)
    }

    @Test("every request is accounted for once, however often its end is told")
    func everyRequestOnce() throws {
        let bench = AccountBench()
        let answered = try bench.admit(.speech)
        answered.answered()
        answered.cancelled()
        answered.failed(Self.down)
        try bench.admit(.speech).ended(with: ModelAnswer(text: "x", finishReason: nil, usage: nil, modelVersion: nil))
        try bench.admit(.plan).cancelled()
        let open = try bench.admit(.interpretation)
        let counts = bench.hub.snapshot.statistics
        #expect(counts.allRequests.sent == 4 && counts.allRequests.underWay == 1)
        #expect(counts.requests[.speech]?.answered == 1 && counts.requests[.speech]?.failed == [.truncated: 1])
        open.answered()
        #expect(bench.hub.snapshot.statistics.allRequests.underWay == 0)
        #expect(bench.log.count(\.isFailing) == 0)
    }

    @Test("who could not be admitted is told when a request has ended")
    func observers() async throws {
        let price = Price(input: 1000, output: 0)
        let bench = AccountBench {
            $0.budget = Money(nanodollars: 1_500_000)
            $0.price = price
        }
        let woken = EventHub(clock: bench.clock)
        let told = EventLog(woken)
        bench.account.observe { woken.post(.frameDropped) }
        let first = try bench.admit()
        #expect(bench.hold?.reason == .oneAtATime)
        #expect(bench.hub.snapshot.lastHold == nil)
        first.answered()
        #expect(told.count(\.isDrop) == 1)
    }
}
