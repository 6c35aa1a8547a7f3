import Basics
import Synchronization

/// Draws the fault of each request, in the order in which requests arrive: the same seed gives the same faults.
final class FaultDice: Sendable {
    private let shares: FaultShares
    private let fates: Mutex<SeededGenerator>
    /// What a fault looks like, apart from who meets one.
    private let details: Mutex<SeededGenerator>

    init(_ shares: FaultShares, seed: UInt64) {
        self.shares = shares
        fates = Mutex(SeededGenerator(seed: seed ^ 0xFA17))
        details = Mutex(SeededGenerator(seed: seed ^ 0xDE7A))
    }

    /// One draw a request, whatever the shares: changing a share changes no other request's fate.
    func draw() -> ModelFault? {
        shares.isEmpty ? nil : shares.fault(at: fates.withLock { $0.unit() })
    }

    /// Seconds after which a refused client is told to come back.
    func retryDelay() -> Int { details.withLock { $0.integer(1...3) } }

    /// What the service never sends.
    func garbage() -> Garbage {
        details.withLock { random in
            let noise = (0..<256).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            return random.chance(0.5) ? .noHTTP(noise) : .noJSON("<html><body>" + String(repeating: "}", count: 40))
        }
    }

    enum Garbage {
        case noHTTP([UInt8])
        case noJSON(String)
    }
}
