import Engine
import Record
import TestSupport
import Testing

@testable import Basics
@testable import Connections

@Suite("Requests that give nothing usable", .shared)
struct SilenceTests {
    private static let cut = ModelAnswer(text: "x", finishReason: nil, usage: nil, modelVersion: nil)
    private static let blocked = ModelAnswer(text: "x", finishReason: .safety, usage: nil, modelVersion: nil)

    private func told(_ bench: AccountBench) -> [Silence?] {
        bench.log.events.compactMap {
            if case .account(.silent(_, let silence)) = $0.kind { .some(silence) } else { nil }
        }
    }

    @Test("five in a row are told once, with the commonest reason, its newest words and since when; so is its end")
    func fiveInARow() throws {
        let bench = AccountBench()
        try bench.admit(.plan).answered()
        bench.clock.advance(by: .seconds(3))
        try bench.admit(.plan).failed(.unusable("x"))
        bench.clock.advance(by: .seconds(1))
        for tokens in 1...3 { try bench.admit(.plan).failed(.onlyThoughts(tokens: tokens, reason: "MAX_TOKENS")) }
        try bench.admit(.plan).cancelled()
        #expect(told(bench).isEmpty)
        try bench.admit(.plan).ended(with: Self.cut)
        let silence = try #require(bench.hub.snapshot.silences[.plan])
        #expect(silence.requests == 5 && silence.reason == .empty && silence.since == 3)
        #expect(silence.message.hasPrefix("the model spent its 3 tokens on thinking"))
        try bench.admit(.plan).failed(.unusable("x"))
        #expect(told(bench).count == 1)
        try bench.admit(.plan).answered()
        try bench.admit(.plan).answered()
        #expect(told(bench).count == 2 && bench.hub.snapshot.silences.isEmpty)
    }

    @Test("each kind is watched by itself: what works says nothing of what does not")
    func byKind() throws {
        let bench = AccountBench()
        for _ in 1...5 {
            try bench.admit(.plan).failed(.unusable("x"))
            try bench.admit(.interpretation).answered()
        }
        #expect(Array(bench.hub.snapshot.silences.keys) == [.plan])
    }

    @Test("an answer that is cut off or filtered is nothing usable either, and says what to look for")
    func cutAndBlocked() throws {
        for (answer, words) in [(Self.cut, "a proxy's timeout"), (Self.blocked, "choose another --model")] {
            let bench = AccountBench()
            for _ in 1...5 { try bench.admit().ended(with: answer) }
            #expect(bench.hub.snapshot.silences[.interpretation]?.message.contains(words) == true)
        }
    }
}

@Suite("Failing by kind of request", .shared)
struct FailingByKindTests {
    private static let refused = InterpreterError.refused(.init(code: 422, message: "no tools"), status: 422)
    private static let busy = InterpreterError.refused(.init(code: 503, message: "busy"), status: 503)

    @Test("one kind that fails beside one that works is told once, and does not come and go")
    func noFlapping() throws {
        let bench = AccountBench()
        try bench.admit(.plan).failed(Self.busy)
        for _ in 1...3 {
            bench.clock.advance(by: .seconds(60))
            try bench.admit(.interpretation).answered()
            try bench.admit(.plan).failed(Self.busy)
        }
        #expect(bench.log.count(\.isRecovered) == 0)
        let trouble = try #require(bench.hub.snapshot.endpointTrouble)
        #expect(trouble.kind == .plan && trouble.failures == 4 && trouble.since == 0)
        bench.clock.advance(by: .seconds(60))
        try bench.admit(.interpretation).failed(Self.busy)
        #expect(bench.hub.snapshot.endpointTrouble?.kind == nil)
        bench.clock.advance(by: .seconds(60))
        try bench.admit(.plan).answered()
        #expect(bench.hub.snapshot.endpointTrouble?.kind == .interpretation)
        #expect(bench.log.count(\.isRecovered) == 1)
    }

    @Test("a kind of request that the server refuses opens the circuit for itself alone, and says when it asks again")
    func circuitOfAKind() throws {
        let bench = AccountBench()
        try bench.admit(.plan).failed(Self.refused)
        #expect(throws: Hold.self) { try bench.admit(.plan) }
        let held = try #require(bench.hub.snapshot.kindHold(at: 1))
        #expect(held.kind == .plan && held.hold.reason == .circuitOpen(failures: 1) && held.hold.until == 300)
        #expect(bench.hub.snapshot.hold(at: 1) == nil)
        // What works meanwhile does not close it.
        try bench.admit(.interpretation).answered()
        #expect(throws: Hold.self) { try bench.admit(.plan) }
        #expect(bench.hub.snapshot.kindHold(at: 1)?.kind == .plan)
        let holds = bench.log.count { if case .account(.heldKind) = $0 { true } else { false } }
        #expect(holds == 1)
        bench.clock.advance(by: .seconds(300))
        let probe = try bench.admit(.plan)
        #expect(throws: Hold(.probing, kind: .plan)) { try bench.admit(.plan) }
        probe.cancelled()
        try bench.admit(.plan).answered()
        #expect(bench.hub.snapshot.kindHold(at: 301) == nil)
        try bench.admit(.plan).answered()
    }

    @Test("a key that is refused holds every kind")
    func circuitOfAll() throws {
        let bench = AccountBench()
        try bench.admit(.plan).failed(.refused(.init(code: 402, message: "pay"), status: 402))
        #expect(throws: Hold.self) { try bench.admit(.interpretation) }
        #expect(bench.hub.snapshot.hold(at: 1)?.reason == .circuitOpen(failures: 1))
    }
}
