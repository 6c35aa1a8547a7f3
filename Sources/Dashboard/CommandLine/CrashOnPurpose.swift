import ArgumentParser
import Engine
import Record

/// Ends the program by a fault once an action has been carried out, for the tests of what a crash leaves behind.
enum CrashOnPurpose: String, ExpressibleByArgument, Sendable {
    /// A trap in the engine, or on the thread that draws.
    case engine, screen
    /// The thread that draws runs out of stack, or one of the engine.
    case overflow, engineOverflow
    /// The thread that draws touches memory that is not there.
    case pointer

    /// To be called by the engine for every event.
    func engineEvent(_ event: EngineEvent) {
        guard case .acted = event.kind else { return }
        if self == .engine { Self.trap() }
        if self == .engineOverflow { _ = Self.deep(1) }
    }

    /// To be called by the thread that draws with every snapshot.
    func drawing(_ snapshot: Snapshot) {
        guard snapshot.statistics.executed > 0 else { return }
        switch self {
        case .engine, .engineOverflow: return
        case .screen: Self.trap()
        case .overflow: _ = Self.deep(snapshot.statistics.executed)
        case .pointer: UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
        }
    }

    /// A trap of Swift's own, which is what the tests are about; only the hidden `--crash` gets here.
    private static func trap() { fatalError("crashed on purpose") }

    private static func deep(_ depth: Int) -> Int {
        depth < 0 ? 0 : withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { memory in
            memory[0] = UInt8(truncatingIfNeeded: depth)
            return deep(depth &+ 1) &+ Int(memory[0])
        }
    }
}
