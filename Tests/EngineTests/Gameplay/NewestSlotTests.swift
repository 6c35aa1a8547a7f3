import Engine
import Testing

@testable import Basics
@testable import Vision

@Suite("The newest slot", .shared)
struct NewestSlotTests {
    @Test("the newest value wins, and what was overwritten is told")
    func overwriting() async throws {
        let slot = NewestSlot<Int>()
        #expect(slot.put(1) == nil)
        #expect(slot.put(2) == 1)
        #expect(try await slot.take() == 2)
        #expect(slot.put(3) == nil)
        slot.clear()
        #expect(slot.put(4) == nil)
    }

    @Test("a taker that waits is woken, whoever comes first")
    func waking() async throws {
        let slot = NewestSlot<Int>()
        for number in 0..<200 {
            async let taken = slot.take()
            if number.isMultiple(of: 2) { await Task.yield() }
            slot.put(number)
            #expect(try await taken == number)
        }
    }

    @Test("a cancelled taker throws, before and while it waits, and loses no value")
    func cancelling() async throws {
        let slot = NewestSlot<Int>()
        for number in 0..<200 {
            let taker = Task { try await slot.take() }
            if number.isMultiple(of: 2) { await Task.yield() }
            taker.cancel()
            slot.put(number)
            switch await taker.result {
            case .success(let value): #expect(value == number)
            case .failure(let error):
                #expect(error is CancellationError)
                #expect(try await slot.take() == number)
            }
        }
    }

    @Test("every value is taken or counted as overwritten")
    func conservation() async throws {
        let slot = NewestSlot<Int>()
        let count = 2000
        let taker = Task {
            var taken: [Int] = []
            while taken.last != count { taken.append(try await slot.take()) }
            return taken
        }
        var overwritten = 0
        for number in 1...count {
            if slot.put(number) != nil { overwritten += 1 }
            if number.isMultiple(of: 3) { await Task.yield() }
        }
        let taken = try await taker.value
        #expect(taken.count + overwritten == count)
        #expect(taken == taken.sorted())
    }
}
