import Basics
import Record
import Synchronization

/// The ordered, deadline-bound closing of everything a session opened, with a receipt for each.
///
/// Resources are armed while the session is built and closed in the order of their steps, and within a step the newest
/// first: what was built on something closes before it. One that fails or does not end in its deadline never stops the
/// next. Runs exactly once, whoever asks and however often; every caller gets the same receipts.
package final class Cleanup: Sendable {
    private struct Resource: Sendable {
        let id: ResourceID
        let name: String
        let step: Int
        let deadline: Duration
        let close: @Sendable () async throws -> Void
    }

    private struct State {
        var resources: [Resource] = []
        var run: Task<[Receipt], Never>?
        var isHurried = false
        /// Ends the wait for the resource that is closing now.
        var giveUp: (@Sendable () -> Void)?
    }

    private let hub: EventHub
    private let state = Mutex(State())

    package init(hub: EventHub) { self.hub = hub }

    /// Registers a resource. `close` is called once, on another task; it may throw, and the cleanup goes on.
    /// - Parameter step: 1 streaming and input, 2 model connections, 3 voice, 4 everything else.
    package func arm(
        _ name: String, step: Int, deadline: Duration = .seconds(2),
        close: @escaping @Sendable () async throws -> Void
    ) {
        let id = state.withLock { state in
            let id = ResourceID(state.resources.count)
            state.resources.append(Resource(id: id, name: name, step: step, deadline: deadline, close: close))
            return id
        }
        hub.post(.armed(id, name: name, step: step))
    }

    /// Closes everything and returns the receipts, in order. Not cancelled by the caller's cancellation.
    package func run() async -> [Receipt] {
        let task = state.withLock { state in
            if let run = state.run { return run }
            let ordered = state.resources.enumerated()
                .sorted { ($0.element.step, -$0.offset) < ($1.element.step, -$1.offset) }
                .map(\.element)
            let run = Task { await self.closeAll(ordered) }
            state.run = run
            return run
        }
        return await task.value
    }

    /// Shortens every deadline that is still to come to zero: what does not end at once is left behind, and said so.
    package func hurry() {
        let giveUp = state.withLock { state in
            state.isHurried = true
            return state.giveUp
        }
        giveUp?()
    }

    private func closeAll(_ resources: [Resource]) async -> [Receipt] {
        var receipts: [Receipt] = []
        for resource in resources {
            hub.post(.closing(resource.id))
            let began = hub.clock.now
            let result = await close(resource)
            let receipt = Receipt(
                resource: resource.id, name: resource.name, step: resource.step, result: result,
                duration: began.duration(to: hub.clock.now).seconds)
            receipts.append(receipt)
            hub.post(.closed(receipt))
        }
        return receipts
    }

    /// The first of: the resource is closed, its deadline has come, somebody is in a hurry.
    private func close(_ resource: Resource) async -> Receipt.Result {
        let result = FirstValue<Receipt.Result>()
        let work = Task {
            do {
                try await resource.close()
                result.set(.closed)
            } catch {
                result.set(.failed("\(error)"))
            }
        }
        let timer = Task {
            do { try await hub.clock.sleep(for: resource.deadline) } catch { return }
            result.set(.timedOut)
        }
        let isHurried = state.withLock { state in
            state.giveUp = { result.set(.timedOut) }
            return state.isHurried
        }
        if isHurried {
            // Even then what closes without waiting gets its turn: the deadline is zero, not "never tried".
            for _ in 0..<16 { await Task.yield() }
            result.set(.timedOut)
        }
        let first = await result.value
        timer.cancel()
        // The one task that is not awaited: a resource that will not close must not hold up the others. It is told
        // to stop, and the audit counts what it left open.
        if first == .timedOut { work.cancel() }
        state.withLock { $0.giveUp = nil }
        return first
    }
}
