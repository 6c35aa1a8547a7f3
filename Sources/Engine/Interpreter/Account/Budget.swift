import Record

/// Keeps the spend under a cap. Pure.
///
/// Every request is admitted against the most it can cost (its reserve), and settled with what it did cost. Requests
/// run side by side only while spend, reserves and the new reserve fit under the cap together; after that one runs at a
/// time, and only while the cap is not reached. So as long as no request costs more than its reserve, at most the last
/// request goes over the cap, and nothing follows it. The first that does cost more than its reserve ends all running
/// side by side.
package struct Budget: Sendable {
    package let cap: Money?
    /// The sum of what requests cost by their own usage.
    package private(set) var spent = Money.zero
    /// The most that ended requests can have cost beyond ``spent``: those whose answer broke off before its usage came.
    package private(set) var unreported = Money.zero
    private var reserved = Money.zero
    private var inFlight = 0
    private var reservesHold = true

    package init(cap: Money?) { self.cap = cap }

    /// What stands against a request of this reserve (`nil`: price unknown).
    package func hold(reserve: Money?, model: String) -> Hold? {
        guard let cap else { return nil }
        guard let reserve else { return Hold(.priceUnknown(model: model)) }
        // What is free is never over a budget.
        guard reserve > .zero else { return nil }
        let committed = spent + unreported
        if committed >= cap { return Hold(.budget(cap)) }
        if inFlight == 0 { return nil }
        if reservesHold, committed + reserved + reserve <= cap { return nil }
        return Hold(.oneAtATime)
    }

    package mutating func admitted(reserve: Money?) {
        inFlight += 1
        reserved += reserve ?? .zero
    }

    /// A request ended. `cost` is by its usage, as far as that was told; `isComplete` says that there was no more.
    package mutating func settled(reserve: Money?, cost: Money?, isComplete: Bool) {
        inFlight -= 1
        reserved = reserved - (reserve ?? .zero)
        spent += cost ?? .zero
        guard let reserve else { return }
        if cost ?? .zero > reserve { reservesHold = false }
        if !isComplete { unreported += max(.zero, reserve - (cost ?? .zero)) }
    }
}
