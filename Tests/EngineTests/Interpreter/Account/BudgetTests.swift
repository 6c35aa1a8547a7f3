import Engine
import Record
import Testing

@testable import Basics
@testable import Connections

@Suite("Budget", .shared)
struct BudgetTests {
    private static let cap = Money(nanodollars: 1000)
    private func money(_ nano: Int64) -> Money { Money(nanodollars: nano) }

    /// Plays requests at random: any number wants to run side by side, they end in any order, and none costs more than
    /// its reserve.
    private func play(seed: UInt64) -> (budget: Budget, costs: [Money], atAdmission: [Money]) {
        var random = SeededGenerator(seed: seed)
        var budget = Budget(cap: Self.cap)
        var flying: [Money] = []
        var costs: [Money] = []
        var committed: [Money] = []
        for _ in 0..<2000 {
            if random.chance(0.6) || flying.isEmpty {
                let reserve = money(Int64(random.integer(1...120)))
                guard budget.hold(reserve: reserve, model: "m") == nil else { continue }
                committed.append(budget.spent + budget.unreported)
                budget.admitted(reserve: reserve)
                flying.append(reserve)
            } else {
                let reserve = flying.remove(at: random.integer(in: 0..<flying.count))
                let cost = money(Int64(random.integer(0...Int(reserve.nanodollars))))
                let isComplete = random.chance(0.8)
                budget.settled(reserve: reserve, cost: cost, isComplete: isComplete)
                costs.append(isComplete ? cost : reserve)
            }
        }
        for reserve in flying {
            budget.settled(reserve: reserve, cost: reserve, isComplete: true)
            costs.append(reserve)
        }
        return (budget, costs, committed)
    }

    @Test(
        "whatever runs side by side and ends in whatever order, at most one request goes over the cap",
        arguments: 1...200 as ClosedRange<UInt64>)
    func neverMoreThanOneOver(seed: UInt64) {
        let (budget, costs, committed) = play(seed: seed)
        var sum = Money.zero
        var over = 0
        for cost in costs {
            sum += cost
            // Over the cap is a request without which the sum would still be under it, and those after it.
            if sum > Self.cap { over += 1 }
        }
        #expect(over <= 1, "\(over) requests ended over the cap")
        #expect(budget.spent + budget.unreported == sum)
        #expect(committed.allSatisfy { $0 < Self.cap })
        // The cap is really used up: the budget did not just stop early.
        #expect(budget.spent + budget.unreported >= Self.cap)
        #expect(budget.hold(reserve: money(1), model: "m") == Hold(.budget(Self.cap)))
    }

    @Test("far from the cap requests run side by side, close to it one at a time, at it none")
    func stages() {
        var budget = Budget(cap: Self.cap)
        for _ in 0..<4 {
            #expect(budget.hold(reserve: money(240), model: "m") == nil)
            budget.admitted(reserve: money(240))
        }
        #expect(budget.hold(reserve: money(240), model: "m") == Hold(.oneAtATime))
        for _ in 0..<4 { budget.settled(reserve: money(240), cost: money(240), isComplete: true) }
        #expect(budget.hold(reserve: money(240), model: "m") == nil)
        budget.admitted(reserve: money(240))
        #expect(budget.hold(reserve: money(1), model: "m") == Hold(.oneAtATime))
        budget.settled(reserve: money(240), cost: money(200), isComplete: true)
        #expect(budget.hold(reserve: money(1), model: "m") == Hold(.budget(Self.cap)))
        #expect(budget.spent == money(1160))
    }

    @Test("a request that costs more than its reserve ends all running side by side")
    func brokenReserve() {
        var budget = Budget(cap: Self.cap)
        budget.admitted(reserve: money(10))
        budget.settled(reserve: money(10), cost: money(11), isComplete: true)
        #expect(budget.hold(reserve: money(10), model: "m") == nil)
        budget.admitted(reserve: money(10))
        #expect(budget.hold(reserve: money(10), model: "m") == Hold(.oneAtATime))
    }

    @Test("an answer that broke off before its usage came counts against the cap with the most it can have cost")
    func unreported() {
        var budget = Budget(cap: Self.cap)
        budget.admitted(reserve: money(300))
        budget.settled(reserve: money(300), cost: money(120), isComplete: false)
        #expect(budget.spent == money(120) && budget.unreported == money(180))
    }

    @Test("with a budget and no price nothing is asked; without a budget the price does not matter")
    func unknownPrice() {
        #expect(Budget(cap: Self.cap).hold(reserve: nil, model: "m") == Hold(.priceUnknown(model: "m")))
        #expect(Budget(cap: nil).hold(reserve: nil, model: "m") == nil)
    }

    @Test("what is free is never over a budget")
    func free() {
        var budget = Budget(cap: Self.cap)
        budget.admitted(reserve: money(1000))
        budget.settled(reserve: money(1000), cost: money(1000), isComplete: true)
        #expect(budget.hold(reserve: .zero, model: "m") == nil)
    }
}
