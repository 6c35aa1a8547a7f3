import Engine
import Testing

@testable import Basics
@testable import Connections
@testable import Vision

@Suite("The interpreter's session and scope", .timeLimit(.minutes(5)), .shared)
struct InterpreterLifetimeTests {
    @Test("closing in the middle of a stream cancels it, awaits it, and only then closes the session")
    func closeMidStream() async {
        let bench = InterpreterBench([.tactical, .spatial, .narrative]) { _, _ in
            let answer = ScriptedAnswer()
            answer.feed.send(sse(text: "A "))
            return answer
        }
        async let loop: Void = bench.interpreter.run()
        bench.interpreter.offer(bench.frame(1))
        await bench.log.wait(3) { $0.piece != nil }
        await bench.interpreter.close()
        #expect(bench.log.count { $0.ended?.end == .cancelled } == 3)
        #expect(bench.sessions.made.map(\.isClosed) == [true])
        #expect(bench.sessions.made[0].activeAtClose == 0)
        await loop
        // Cancelled by us: neither the endpoint's fault, nor worth waiting for.
        #expect(bench.log.count(\.isFailing) == 0)
        bench.interpreter.offer(bench.frame(2))
        await bench.interpreter.close()
        #expect(bench.sessions.requests.count == 3)
    }

    @Test("cancelling its task ends every request; closing afterwards closes the session")
    func cancelledRun() async {
        let bench = InterpreterBench { _, _ in ScriptedAnswer() }
        let loop = Task { await bench.interpreter.run() }
        bench.interpreter.offer(bench.frame(1))
        await bench.log.wait(1, \.isStarted)
        loop.cancel()
        await loop.value
        #expect(bench.log.count { $0.ended?.end == .cancelled } == 1)
        await bench.interpreter.close()
        #expect(bench.sessions.made.map(\.isClosed) == [true])
    }

    @Test("closing before it ever ran makes no session, and running then ends at once")
    func closedBeforeRun() async {
        let bench = InterpreterBench { _, _ in .good() }
        await bench.interpreter.close()
        bench.interpreter.offer(bench.frame(1))
        await bench.interpreter.run()
        #expect(bench.sessions.made.isEmpty)
    }

    @Test("is used again after it was closed, with a new session")
    func reopened() async {
        let bench = InterpreterBench { _, _ in .good() }
        for round in 1...2 {
            async let loop: Void = bench.interpreter.run()
            bench.interpreter.offer(bench.frame(UInt64(round)))
            if round == 2 {
                await bench.clock.sleepers(1)
                bench.clock.advance(by: .seconds(5))
            }
            await bench.log.wait(round, \.isEnded)
            await bench.interpreter.close()
            await loop
            bench.interpreter.reopen()
        }
        #expect(bench.sessions.made.map(\.isClosed) == [true, true])
        #expect(bench.sessions.made.map(\.requests.count) == [1, 1])
    }

    @Test("makes a new session when the old one was closed by somebody else")
    func sessionClosedUnderneath() async {
        let bench = InterpreterBench { _, _ in .good() }
        async let loop: Void = bench.interpreter.run()
        bench.interpreter.offer(bench.frame(1))
        await bench.log.wait(1, \.isEnded)
        await bench.sessions.made[0].close()
        bench.interpreter.offer(bench.frame(2))
        await bench.clock.sleepers(1)
        bench.clock.advance(by: .seconds(2))
        await bench.log.wait(2) { $0.ended?.end == .finished(reason: "STOP") }
        #expect(bench.sessions.made.count == 2)
        await bench.interpreter.close()
        await loop
    }

    private struct Boom: Error {}

    @Test("a scope closes it however the scope ends", arguments: [false, true])
    func scope(throwing: Bool) async throws {
        let hub = EventHub(clock: ManualClock())
        let log = EventLog(hub)
        let sessions = SessionFactory { _, _ in ScriptedAnswer() }
        func use() async throws -> Int {
            try await withStreamingInterpreter(
                InterpreterBench.configuration([.tactical], frameRate: 1), endpoint: InterpreterBench.endpoint,
                hub: hub, makeSession: { sessions.make() }, encode: InterpreterBench.encode
            ) { interpreter in
                interpreter.offer(.one(1, at: hub.clock.now))
                await log.wait(1, \.isStarted)
                if throwing { throw Boom() }
                return 7
            }
        }
        if throwing {
            await #expect(throws: Boom.self) { _ = try await use() }
        } else {
            #expect(try await use() == 7)
        }
        #expect(sessions.made.map(\.isClosed) == [true])
        #expect(log.count { $0.ended?.end == .cancelled } == 1)
    }
}
