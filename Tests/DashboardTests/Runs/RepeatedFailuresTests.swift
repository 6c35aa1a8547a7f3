import Testing

@testable import Dashboard
@testable import Engine

@Suite("Lines of a headless run")
struct RepeatedFailuresTests {
    @Test("a failure is printed once until another comes or something works")
    func repeats() {
        let repeats = HeadlessRun.RepeatedFailures()
        func isNews(_ kind: EngineEvent.Kind) -> Bool { repeats.isNews(EngineEvent(time: 1, kind: kind)) }
        let (bad, worse) = (
            EngineEvent.Kind.endpointFailing(phase: nil, message: "bad key"),
            EngineEvent.Kind.endpointFailing(phase: nil, message: "no network")
        )
        #expect(isNews(bad) && !isNews(bad) && isNews(.notice("x")) && !isNews(bad))
        #expect(isNews(worse) && isNews(bad))
        #expect(isNews(.endpointRecovered) && isNews(bad))
    }
}
