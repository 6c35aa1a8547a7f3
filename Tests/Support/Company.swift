import FoundationEssentials
import Synchronization
import Testing

/// Whom a suite can stand beside it. Plain `swift test` starts every suite at once, all in one process.
///
/// Every suite says which it is; parts of a suite are what the whole is. The trait is taken before the first test of
/// its suite starts, so that no time limit runs while it waits.
public struct Company: SuiteTrait, TestScoping {
    enum Kind: Sendable { case alone, shared }

    private static let room = Room(capacity: 2 * ProcessInfo.processInfo.activeProcessorCount)
    private let kind: Kind

    /// Alone: it holds something to a deadline on the real clock, starts a process, or counts or changes what belongs
    /// to the whole of this one (children, sockets, the locale). A process that is being started has every socket of
    /// this one for a moment: what is closed then is not closed yet. With `.serialized`: its own tests are company as
    /// well.
    public static let alone = Company(kind: .alone)
    /// Beside others of this kind: nothing in it depends on what else the process does, or how fast.
    public static let shared = Company(kind: .shared)

    public func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? self : nil }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
    ) async throws {
        await Self.room.enter(kind)
        defer { Self.room.leave(kind) }
        try await body()
    }

    /// Readers and a writer, as the field calls them, who wait without holding a thread. Those who share go first:
    /// every suite comes once, so those who want to be alone get their turn, and are held up no more often than once.
    final class Room: Sendable {
        private struct State {
            var inside = 0
            var isTaken = false
            var waiting: [Kind: [CheckedContinuation<Void, Never>]] = [:]

            /// First come, first served.
            mutating func next(_ kind: Kind) -> CheckedContinuation<Void, Never>? {
                waiting[kind]?.isEmpty == false ? waiting[kind]?.removeFirst() : nil
            }
        }
        private let state = Mutex(State())
        /// How many share at once: more would only make each of them late, and their time limits close.
        private let capacity: Int

        init(capacity: Int) { self.capacity = capacity }

        /// How many wait for their turn.
        var waiting: Int { state.withLock { $0.waiting.values.reduce(0) { $0 + $1.count } } }

        func enter(_ kind: Kind) async {
            await withCheckedContinuation { continuation in
                admit { $0.waiting[kind, default: []].append(continuation) }
            }
        }

        func leave(_ kind: Kind) {
            admit { if kind == .alone { $0.isTaken = false } else { $0.inside -= 1 } }
        }

        private func admit(after change: (inout State) -> Void) {
            let admitted = state.withLock { state in
                change(&state)
                var admitted: [CheckedContinuation<Void, Never>] = []
                while !state.isTaken, state.inside < capacity, let next = state.next(.shared) {
                    state.inside += 1
                    admitted.append(next)
                }
                if !state.isTaken, state.inside == 0, let next = state.next(.alone) {
                    state.isTaken = true
                    admitted.append(next)
                }
                return admitted
            }
            for continuation in admitted { continuation.resume() }
        }
    }
}
