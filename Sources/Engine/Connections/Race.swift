/// Which of a host's addresses to try when, as a pure value: each gets a head start over the next, a failure starts
/// the next at once, the first that connects wins.
struct Race: Sendable {
    enum Step: Equatable {
        /// Try the address of this index.
        case connect(Int)
        /// Call ``headStartIsOver()`` after the head start; replaces one that is set.
        case setTimer
    }
    enum Result: Equatable {
        /// The address is the one to use; close every other attempt.
        case won
        /// Somebody else won, or the race was called off: close it.
        case late
    }

    let count: Int
    private var next = 0
    private var running: Set<Int> = []
    private(set) var failures: [String] = []
    private(set) var isOver = false

    init(count: Int) { self.count = count }

    /// Every address was tried and none connected.
    var isLost: Bool { !isOver && running.isEmpty && next == count }

    mutating func start() -> [Step] { tryNext() }

    mutating func headStartIsOver() -> [Step] { isOver ? [] : tryNext() }

    mutating func connected(_ index: Int) -> Result {
        running.remove(index)
        if isOver { return .late }
        isOver = true
        return .won
    }

    mutating func failed(_ index: Int, why: String) -> [Step] {
        guard running.remove(index) != nil, !isOver else { return [] }
        failures.append(why)
        return tryNext()
    }

    mutating func callOff() { isOver = true }

    private mutating func tryNext() -> [Step] {
        guard next < count else { return [] }
        defer { next += 1 }
        running.insert(next)
        return next + 1 < count ? [.connect(next), .setTimer] : [.connect(next)]
    }
}
