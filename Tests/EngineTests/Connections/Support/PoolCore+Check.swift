@testable import Basics
@testable import Connections

extension PoolCore {
    /// What is wrong with the value, one sentence each; empty when every rule holds.
    func check() -> [String] {
        var faults: [String] = []
        let occupants = lanes.compactMap(\.occupant)
        let counted = Dictionary(occupants.map { ($0.origin, 1) }, uniquingKeysWith: +)
        if occupants.count != busy { faults.append("\(occupants.count) lanes are taken, \(busy) are counted") }
        if counted != busyByOrigin { faults.append("counts by origin differ from the lanes") }
        if busy > limit { faults.append("\(busy) lanes of \(limit)") }
        for (origin, count) in counted where count > limitPerHost { faults.append("\(count) lanes at \(origin)") }
        for occupant in occupants where occupant.isOver && !occupant.hasSocket {
            faults.append("request \(occupant.request) holds a lane without reason")
        }
        for lane in occupants.flatMap(\.borrowed) where lanes[lane].occupant?.isOver != true {
            faults.append("lane \(lane) is borrowed and free")
        }
        let hasIdle = idle > 0
        if idleLanes.count != idle { faults.append("\(idle) idle lanes are counted, \(idleLanes.count) are") }
        for lane in lanes where lane.isFree != (lane.occupant == nil) { faults.append("a lane lies about being free") }
        if isClosing && hasIdle { faults.append("a closed pool keeps a connection") }
        for (request, waiter) in waiting {
            let mayEvict = hasIdle && !isFull(waiter.origin)
            if hasRoom(for: waiter.origin) || mayEvict || idleLane(of: waiter.origin) != nil {
                faults.append("request \(request) waits although it could run")
            }
            if isClosing { faults.append("request \(request) waits for a closed pool") }
        }
        for (origin, queue) in queues {
            let live = queue.filter { waiting[$0] != nil }
            if queue.first != live.first || live.isEmpty { faults.append("the queue of \(origin) is not trimmed") }
            let arrivals = live.map(arrival)
            if arrivals != arrivals.sorted() { faults.append("the queue of \(origin) is out of order") }
        }
        if queues.values.joined().filter({ waiting[$0] != nil }).count != waiting.count {
            faults.append("the queues do not hold everyone who waits")
        }
        return faults
    }
}
