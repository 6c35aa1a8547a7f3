import Testing

@testable import Basics
@testable import Connections

@Suite("Pool core, any sequence of events", .shared)
struct PoolCoreFuzzTests {
    /// A core and what the outside knows of it: who holds a lane, who waits, which lanes have sockets.
    private struct Model {
        let now = Moment(ContinuousClock.now)
        var core = PoolCore(limit: 4, limitPerHost: 2)
        var random: SeededGenerator
        var leases: [PoolCore.Lease] = []
        var queued: [UInt64] = []
        var stale: [PoolCore.Lease] = []
        var sockets: [Int: Int] = [:]
        var idle: Set<Int> = []
        var next: UInt64 = 0
        var faults: [String] = []
        var isClosed = false

        mutating func take(_ lease: PoolCore.Lease?) {
            guard let lease else { return }
            if !queued.contains(lease.request) { faults.append("granted to somebody who does not wait") }
            queued.removeAll { $0 == lease.request }
            leases.append(lease)
        }

        mutating func step() {
            switch random.next() % 15 {
            case 0...3: acquire()
            case 4:
                if let request = queued.randomElement(using: &random), core.abandon(request: request) {
                    queued.removeAll { $0 == request }
                }
            case 5, 6:
                if let lease = leases.randomElement(using: &random), core.attempt(lease, at: now) == .begun {
                    sockets[lease.lane, default: 0] += 1
                }
            case 7, 8: if let lane = sockets.keys.randomElement(using: &random) { socketClosed(lane) }
            case 9: if let lease = leases.randomElement(using: &random) { take(core.finish(lease, at: now)) }
            case 10: if let lease = leases.randomElement(using: &random) { park(lease) }
            case 11:
                if let lane = (0..<core.limit).randomElement(using: &random), core.evict(lane, at: now) {
                    if idle.remove(lane) == nil { faults.append("lane \(lane) was evicted and not idle") }
                }
            case 12, 13: advance()
            default: if let lease = stale.randomElement(using: &random) { useStale(lease) }
            }
            stale += leases.filter { !core.holds($0) }
            leases.removeAll { !core.holds($0) }
            if stale.count > 50 { stale.removeFirst(stale.count - 50) }
            check()
        }

        private mutating func acquire() {
            next += 1
            let origin = Origin(scheme: .http, host: "h\(random.next() % 4)", port: 80)
            switch core.acquire(request: next, origin: origin, at: now) {
            case .granted(let lease): leases.append(lease)
            case .reused(let lease):
                if idle.remove(lease.lane) == nil { faults.append("lane \(lease.lane) had no idle connection") }
                leases.append(lease)
            case .queued(let evicted):
                queued.append(next)
                if let evicted, idle.remove(evicted) == nil { faults.append("lane \(evicted) was not idle") }
            case .closed: if !isClosed { faults.append("closed") }
            }
        }

        private mutating func socketClosed(_ lane: Int) {
            sockets[lane] = sockets[lane] == 1 ? nil : sockets[lane]! - 1
            idle.remove(lane)
            take(core.socketClosed(in: lane, at: now))
        }

        private mutating func park(_ lease: PoolCore.Lease) {
            switch core.park(lease, at: now) {
            case .idle: idle.insert(lease.lane)
            case .handedOver(let next): take(next)
            case .refused: break
            }
        }

        private mutating func advance() {
            guard let lease = (leases + stale).randomElement(using: &random),
                let phase = Phase.allCases.randomElement(using: &random), phase.order < Phase.closing.order
            else { return }
            let before = core.lanes[lease.lane].occupant
            core.advance(lease, to: phase, at: now)
            let after = core.lanes[lease.lane].occupant
            guard before?.phase != after?.phase else { return }
            if !leases.contains(lease) { faults.append("a stale lease moved lane \(lease.lane)") }
            if let before, let after, after.phase.order < before.phase.order { faults.append("a phase went back") }
        }

        /// Closes the core, and lets everything that is under way end.
        mutating func close() {
            let (waiting, lanes) = core.beginClose(at: now)
            isClosed = true
            if Set(waiting) != Set(queued) || Set(lanes) != idle { faults.append("closing forgot somebody") }
            (queued, idle) = ([], [])
            check()
            let again = core.beginClose(at: now)
            if !again.queued.isEmpty || !again.idle.isEmpty { faults.append("closing twice does something") }
            for _ in 0..<500 { step() }
            for lease in leases { take(core.finish(lease, at: now)) }
            while let lane = sockets.keys.first { socketClosed(lane) }
            if core.busy != 0 { faults.append("\(core.busy) lanes are left after closing") }
        }

        private mutating func useStale(_ lease: PoolCore.Lease) {
            let (before, lanes) = (core.busy, core.lanes.map(\.generation))
            _ = core.finish(lease, at: now)
            if core.park(lease, at: now) != .refused || core.attempt(lease, at: now) != .refused {
                faults.append("a stale lease was good for something")
            }
            if before != core.busy || lanes != core.lanes.map(\.generation) {
                faults.append("a stale lease changed the pool")
            }
        }

        private mutating func check() {
            faults += core.check()
            if core.queued != queued.count { faults.append("\(core.queued) queued, not \(queued.count)") }
            if core.idleLanes.map(\.lane) != idle.sorted() { faults.append("idle: \(core.idleLanes), not \(idle)") }
            let open = sockets.values.reduce(0, +)
            if open > core.limit { faults.append("\(open) sockets") }
            if open > core.busy { faults.append("\(open) sockets in \(core.busy) lanes") }
        }
    }

    @Test(
        "no sequence of events breaks a limit, loses a waiter or lets one wait who could run",
        arguments: 1...4 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) {
        var model = Model(random: SeededGenerator(seed: seed))
        for step in 0..<30_000 {
            model.step()
            guard model.faults.isEmpty else {
                Issue.record("step \(step), seed \(seed): \(model.faults)")
                return
            }
            for request in model.queued where model.queued.count > 12 {
                if model.core.abandon(request: request) { model.queued.removeAll { $0 == request } }
            }
            // A copy is closed now and then, in whatever state it is; the model itself goes on.
            guard step % 500 == 0 else { continue }
            var closing = model
            closing.close()
            #expect(closing.faults == [], "closed after step \(step), seed \(seed)")
        }
    }
}
