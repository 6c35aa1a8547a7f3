import Testing

@testable import Dashboard
@testable import Engine
@testable import Record

@Suite("Lines of a headless run", .shared)
struct RepeatedFailuresTests {
    @Test("a failure is printed once until another comes or something works")
    func repeats() {
        let repeats = HeadlessRun.RepeatedFailures()
        func isNews(_ kind: EngineEvent.Kind) -> Bool { repeats.isNews(EngineEvent(time: 1, kind: kind)) }
        let (bad, worse) = (
            EngineEvent.Kind.endpointFailing(.interpretation, phase: nil, message: "bad key"),
            EngineEvent.Kind.endpointFailing(.interpretation, phase: nil, message: "no network")
        )
        #expect(isNews(bad) && !isNews(bad) && isNews(.notice("x")) && !isNews(bad))
        #expect(isNews(worse) && isNews(bad))
        #expect(isNews(.endpointRecovered(.interpretation)) && isNews(bad))
        let samePlan = EngineEvent.Kind.endpointFailing(.plan, phase: nil, message: "bad key")
        #expect(!isNews(samePlan) && isNews(.endpointRecovered(.plan)) && !isNews(bad))
    }

    @Test(
        "what an operator must know of the model names the kind of request",
        arguments: [
            (.endpointFailing(.plan, phase: nil, message: "bad key"), "model requests fail (plan): bad key"),
            (.endpointRecovered(.plan), "model requests work again (plan)"),
            (
                .account(.heldKind(.plan, HoldReport(reason: .circuitOpen(failures: 1), until: 310))),
                "no plans: circuit open after a failure; asks again in 5m00s"
            ),
            (
                .account(.silent(.plan, Silence(requests: 5, reason: .empty, message: "set less", since: 7))),
                "nothing usable from the last 5 plans, since 0:00:07.0, mostly empty: set less"
            ),
            (.account(.silent(.plan, nil)), "a usable plan again"),
        ] as [(EngineEvent.Kind, String)])
    func notes(kind: EngineEvent.Kind, line: String) {
        #expect(HeadlessRun.note(on: EngineEvent(time: 10, kind: kind))?.0 == line)
    }
}
