import Engine
import Testing

@testable import Basics
@testable import Connections
@testable import Vision

@Suite("Streaming interpreter", .timeLimit(.minutes(5)), .shared)
struct StreamingInterpreterTests {
    @Test("makes no session before the first frame, and one session for all requests")
    func lazySession() async throws {
        let bench = InterpreterBench { _, _ in .good() }
        async let loop: Void = bench.interpreter.run()
        await bench.log.wait { if case .perspectives = $0 { true } else { false } }
        #expect(bench.sessions.made.isEmpty)
        for sequence in 1...3 {
            bench.interpreter.offer(bench.frame(UInt64(sequence)))
            if sequence > 1 {
                await bench.clock.sleepers(1)
                bench.clock.advance(by: .seconds(2))
            }
            await bench.log.wait(sequence, \.isEnded)
        }
        #expect(bench.sessions.made.count == 1)
        #expect(try bench.asked == [1, 2, 3])
        await bench.interpreter.close()
        await loop
        #expect(bench.sessions.made[0].isClosed)
    }

    @Test("has one request in flight from each perspective; the newest frame wins and the others count as dropped")
    func newestWins() async throws {
        let feeds = [BodyFeed(), BodyFeed()]
        let (requests, request) = AsyncStream.makeStream(of: Void.self)
        let bench = InterpreterBench([.tactical, .spatial]) { _, number in
            request.yield()
            return number < 2 ? ScriptedAnswer(feed: feeds[number]) : .good()
        }
        async let loop: Void = bench.interpreter.run()
        bench.interpreter.offer(bench.frame(1))
        var arrivals = requests.makeAsyncIterator()
        for _ in 0..<2 { await arrivals.next() }
        for sequence in 2...5 { bench.interpreter.offer(bench.frame(UInt64(sequence))) }
        bench.interpreter.offer(bench.frame(5))  // the same picture again is no new frame
        bench.clock.advance(by: .seconds(10))
        for feed in feeds {
            feed.send(sse(text: "Done.", finish: "STOP"))
            feed.end()
        }
        await bench.log.wait(4, \.isEnded)
        #expect(try bench.asked == [1, 1, 5, 5])
        #expect(bench.log.count(\.isDrop) == 3)
        #expect(bench.sessions.made[0].peak == 2)
        let perspectives = bench.log.events.compactMap(\.kind.ended?.perspective)
        #expect(perspectives.filter { $0 == .tactical }.count == 2)
        await bench.interpreter.close()
        await loop
    }

    @Test("looks at no more frames a second than it is set to")
    func frameRate() async throws {
        let bench = InterpreterBench(frameRate: 0.25) { _, _ in .good() }
        async let loop: Void = bench.interpreter.run()
        bench.interpreter.offer(bench.frame(1))
        await bench.log.wait(1, \.isEnded)
        bench.interpreter.offer(bench.frame(2))
        await bench.clock.sleepers(1)
        bench.clock.advance(by: .milliseconds(3999))
        bench.interpreter.offer(bench.frame(3))
        #expect(bench.log.count(\.isStarted) == 1)
        bench.clock.advance(by: .milliseconds(1))
        await bench.log.wait(2, \.isEnded)
        #expect(try bench.asked == [1, 3])
        #expect(bench.log.count(\.isDrop) == 1)
        await bench.interpreter.close()
        await loop
    }

    @Test("posts the text as it arrives, with the time to the first piece, the usage and the model")
    func textAsItArrives() async throws {
        let feed = BodyFeed()
        let bench = InterpreterBench { _, _ in ScriptedAnswer(feed: feed) }
        async let loop: Void = bench.interpreter.run()
        bench.interpreter.offer(bench.frame(1))
        await bench.log.wait(1, \.isStarted)
        bench.clock.advance(by: .milliseconds(300))
        feed.send(sse(text: "A wolf "))
        await bench.log.wait { $0.piece == "A wolf " }
        #expect(bench.hub.snapshot.interpretations.last?.text == "A wolf ")
        bench.clock.advance(by: .milliseconds(200))
        feed.send(sse(text: "comes.", finish: "STOP"))
        feed.end()
        await bench.log.wait(1, \.isEnded)
        let done = try #require(bench.interpreter.history.last)
        #expect(done.text == "A wolf comes.")
        #expect(done.end == .finished(reason: "STOP"))
        #expect(abs((done.firstPieceAfter ?? 0) - 0.3) < 1e-9)
        #expect(abs((done.duration ?? 0) - 0.5) < 1e-9)
        #expect(done.usage?.total == 21)
        #expect(done.modelVersion == "scripted")
        #expect(bench.hub.snapshot.statistics.usage.prompt == 11)
        await bench.interpreter.close()
        await loop
    }

    @Test("a stream that stops without a finish reason is reported as truncated")
    func truncated() async {
        let bench = InterpreterBench { _, _ in .whole(200, sse(text: "A wo")) }
        async let loop: Void = bench.interpreter.run()
        bench.interpreter.offer(bench.frame(1))
        await bench.log.wait { $0.ended?.end == .truncated && $0.ended?.text == "A wo" }
        #expect(bench.hub.snapshot.statistics.interpretationsTruncated == 1)
        await bench.interpreter.close()
        await loop
    }

    @Test("starts nothing while paused")
    func paused() async {
        let bench = InterpreterBench { _, _ in .good() }
        async let loop: Void = bench.interpreter.run()
        bench.interpreter.setPaused(true)
        bench.interpreter.offer(bench.frame(1))
        bench.interpreter.offer(bench.frame(2))
        bench.clock.advance(by: .seconds(60))
        #expect(bench.log.count(\.isStarted) == 0)
        bench.interpreter.setPaused(false)
        await bench.log.wait(1) { $0.ended?.frame == 2 }
        await bench.interpreter.close()
        await loop
    }

    @Test("the first place moves through the perspectives, and looks at the same picture with its new eyes")
    func nextPerspective() async throws {
        let bench = InterpreterBench([.narrative, .spatial]) { _, _ in .good() }
        async let loop: Void = bench.interpreter.run()
        bench.interpreter.offer(bench.frame(1))
        await bench.log.wait(2, \.isEnded)
        bench.interpreter.nextPerspective()
        #expect(bench.interpreter.perspectives == [.strategic, .spatial])
        #expect(bench.hub.snapshot.perspectives == [.strategic, .spatial])
        await bench.clock.sleepers(1)
        bench.clock.advance(by: .seconds(2))
        await bench.log.wait(1) { $0.ended?.perspective == .strategic && $0.ended?.frame == 1 }
        let last = try SentBody(#require(bench.sessions.requests.last))
        #expect(last.systemInstruction?.parts.first?.text == "look strategic")
        for _ in 0..<4 { bench.interpreter.nextPerspective() }
        #expect(bench.interpreter.perspectives == [.strategic, .spatial])
        await bench.interpreter.close()
        await loop
    }

    @Test("keeps the last hundred interpretations")
    func history() async {
        let bench = InterpreterBench { _, _ in .good() }
        async let loop: Void = bench.interpreter.run()
        for sequence in 1...103 {
            bench.interpreter.offer(bench.frame(UInt64(sequence)))
            if sequence > 1 {
                await bench.clock.sleepers(1)
                bench.clock.advance(by: .seconds(2))
            }
            await bench.log.wait(sequence, \.isEnded)
        }
        await bench.interpreter.close()
        await loop
        #expect(bench.interpreter.history.map(\.id) == Array(4...103))
    }
}
