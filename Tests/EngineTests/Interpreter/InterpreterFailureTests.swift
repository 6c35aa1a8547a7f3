import Engine
import Testing

@testable import Basics
@testable import Connections
@testable import Vision

@Suite("The interpreter's failures", .timeLimit(.minutes(5)), .shared)
struct InterpreterFailureTests {
    private struct Boom: Error {}

    @Test("an endpoint that cannot be reached is said to fail, is tried less and less often, and recovers once")
    func backoffAndRecovery() async throws {
        let bench = InterpreterBench(frameRate: 100) { _, number in
            if number < 4 { throw HTTPFailure(.connect(["127.0.0.1:9: refused"]), phase: .connecting, origin: nil) }
            return .good()
        }
        async let loop: Void = bench.interpreter.run()
        bench.interpreter.offer(bench.frame(1))
        for failure in 1...4 {
            await bench.log.wait(failure, \.isFailing)
            let held = try #require(bench.account.notBefore())
            let wait = bench.clock.now.duration(to: held)
            #expect(wait >= .milliseconds(250 * (1 << failure)) && wait <= .milliseconds(501 * (1 << failure)))
            await bench.clock.sleepers(1)
            #expect(bench.sessions.requests.count == failure)
            bench.clock.advance(by: wait)
        }
        await bench.log.wait(1, \.isRecovered)
        #expect(bench.log.count { if case .endpointFailing(_, .connecting, _) = $0 { true } else { false } } == 4)
        #expect(bench.hub.snapshot.endpointTrouble == nil)
        #expect(bench.hub.snapshot.statistics.interpretationsFailed == 4)
        await bench.interpreter.close()
        await loop
    }

    @Test("a server that asks for patience gets it")
    func retryInfo() async throws {
        let bench = InterpreterBench { _, number in
            let body = #"{"error":{"code":429,"details":[{"retryDelay":"36s"}]}}"#
            return number == 0 ? .whole(429, type: "application/json", body) : .good()
        }
        async let loop: Void = bench.interpreter.run()
        bench.interpreter.offer(bench.frame(1))
        await bench.log.wait(1, \.isFailing)
        await bench.clock.sleepers(1)
        bench.clock.advance(by: .milliseconds(35_999))
        #expect(bench.sessions.requests.count == 1)
        bench.clock.advance(by: .milliseconds(1))
        await bench.log.wait(1, \.isRecovered)
        await bench.interpreter.close()
        await loop
    }

    @Test("while nothing is admitted it rests, says so once however many frames come, and wakes when it may ask again")
    func held() async throws {
        var settings = AccountSettings()
        settings.limits.perMinute = 1
        let bench = InterpreterBench(frameRate: 100, settings: settings) { _, _ in .good() }
        async let loop: Void = bench.interpreter.run()
        bench.interpreter.offer(bench.frame(1))
        await bench.log.wait(1, \.isEnded)
        bench.interpreter.offer(bench.frame(2))
        await bench.clock.sleepers(1)
        bench.clock.advance(by: .seconds(1))
        await bench.log.wait { if case .resting(.interpreter, true) = $0 { true } else { false } }
        for sequence in 3...60 {
            bench.interpreter.offer(bench.frame(UInt64(sequence)))
            await bench.clock.sleepers(1)
        }
        // Unpaused while held, it still rests: nothing would come from it.
        bench.interpreter.setPaused(true)
        bench.interpreter.setPaused(false)
        #expect(bench.hub.snapshot.loops[.interpreter]?.isResting == true)
        #expect(bench.log.count { if case .resting = $0 { true } else { false } } == 3)
        #expect(bench.log.count { if case .account(.held) = $0 { true } else { false } } == 1)
        #expect(bench.sessions.requests.count == 1)
        bench.clock.advance(by: .seconds(59))
        await bench.log.wait(2, \.isEnded)
        #expect(bench.hub.snapshot.loops[.interpreter]?.isResting == false)
        #expect(try bench.asked == [1, 60])
        await bench.interpreter.close()
        await loop
    }

    @Test("a picture that cannot be encoded fails its interpretation and nothing else")
    func encoderFails() async {
        let hub = EventHub(clock: ManualClock())
        let log = EventLog(hub)
        let interpreter = StreamingInterpreter(
            InterpreterBench.configuration([.tactical], frameRate: 1), endpoint: InterpreterBench.endpoint,
            http: LazyHTTPClient { ScriptedHTTPClient { _, _ in .good() } }, hub: hub,
            account: ModelAccount(hub: hub), encode: { _ in throw Boom() })
        async let loop: Void = interpreter.run()
        interpreter.offer(.one(1, at: hub.clock.now))
        await log.wait { if case .failed = $0.ended?.end { true } else { false } }
        #expect(log.count(\.isFailing) == 0)
        await interpreter.close()
        await loop
    }

    @Test("no event ever holds the key")
    func keyStaysSecret() async {
        let bench = InterpreterBench(frameRate: 100) { request, number in
            let key = request.headers.first { $0.name == "x-goog-api-key" }?.value ?? ""
            switch number {
            case 0: return .whole(400, type: "application/json", #"{"error":{"code":400,"message":"bad key \#(key)"}}"#)
            case 1: return .whole(502, type: "text/html", key)
            default: throw KeyedError(request: request)
            }
        }
        async let loop: Void = bench.interpreter.run()
        bench.interpreter.offer(bench.frame(1))
        for failure in 1...3 {
            await bench.log.wait(failure, \.isFailing)
            await bench.clock.sleepers(1)
            bench.clock.advance(by: .seconds(300))
        }
        await bench.interpreter.close()
        await loop
        #expect(bench.log.events.count > 9)
        let leaks = bench.log.events.filter { "\($0)".contains(InterpreterBench.key) }
        #expect(leaks.isEmpty)
    }

    private struct KeyedError: Error { let request: HTTPRequest }
}
