import Engine
import Record
import Synchronization

@testable import Basics
@testable import Connections

/// Keeps every event of a hub, and lets a test await the ones it needs.
final class EventLog: Sendable {
    private struct Waiter {
        let id: Int
        let count: Int
        let match: @Sendable (EngineEvent.Kind) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }
    private struct State {
        var events: [EngineEvent] = []
        var waiters: [Waiter] = []
        var nextID = 0
    }
    private let state = Mutex(State())

    init(_ hub: EventHub) {
        hub.observe { [weak self] in self?.add($0) }
    }

    var events: [EngineEvent] { state.withLock { $0.events } }

    func count(_ match: (EngineEvent.Kind) -> Bool) -> Int { events.count { match($0.kind) } }

    /// Returns once `count` matching events have been posted since the beginning. A cancelled test, such as one out of
    /// time, does not go on waiting.
    func wait(_ count: Int = 1, _ match: @escaping @Sendable (EngineEvent.Kind) -> Bool) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // Read under the lock: a cancellation handler that has run already saw no waiter to wake.
                    if Task.isCancelled || state.events.count(where: { match($0.kind) }) >= count { return true }
                    state.waiters.append(Waiter(id: id, count: count, match: match, continuation: continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume()
        }
    }

    private func add(_ event: EngineEvent) {
        let ready = state.withLock { state in
            state.events.append(event)
            var ready: [Waiter] = []
            state.waiters.removeAll { waiter in
                guard waiter.match(event.kind), state.events.count(where: { waiter.match($0.kind) }) >= waiter.count
                else { return false }
                ready.append(waiter)
                return true
            }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }
}

extension EngineEvent.Kind {
    var isStarted: Bool { if case .interpretationStarted = self { true } else { false } }
    var isEnded: Bool { if case .interpretationEnded = self { true } else { false } }
    var isDrop: Bool { if case .frameDropped = self { true } else { false } }
    var isFailing: Bool { if case .endpointFailing = self { true } else { false } }
    var isRecovered: Bool { if case .endpointRecovered = self { true } else { false } }
    var isPlanned: Bool { if case .planned = self { true } else { false } }
    var isSpoken: Bool { if case .spoken = self { true } else { false } }
    var isUnspoken: Bool { if case .unspoken = self { true } else { false } }
    var isBeat: Bool { if case .beat = self { true } else { false } }
    var piece: String? { if case .interpretationText(_, let piece) = self { piece } else { nil } }
    var ended: Interpretation? { if case .interpretationEnded(let done) = self { done } else { nil } }
    var spoken: Utterance? { if case .spoken(let utterance) = self { utterance } else { nil } }
    var drop: UtteranceDrop? { if case .unspoken(_, let why) = self { why } else { nil } }
}
