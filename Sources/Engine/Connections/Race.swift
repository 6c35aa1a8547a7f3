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
    /// In order; mostly one.
    private var running: [Int] = []
    /// Of those, the ones that have answered and are at work on what comes before the connection can be used.
    private var reached: Set<Int> = []
    private(set) var failures: [String] = []
    /// How often in a row there was no room for another attempt beside those that run.
    private var denials = 0
    /// Head starts that the last attempt gets when no other can be made beside it. Then it gives way: an address that
    /// never answers must not use up the time of those that would.
    static let patience = 8
    private(set) var isOver = false
    private(set) var isWon = false

    init(count: Int) { self.count = count }

    /// Every address was tried and none connected.
    var isLost: Bool { !isOver && running.isEmpty && next == count }

    mutating func start() -> [Step] { tryNext() }

    mutating func headStartIsOver() -> [Step] { isOver || !reached.isEmpty ? [] : tryNext() }

    /// The address answers, so that its head start is over and no other has to be tried beside it: what takes time
    /// now is not the way there.
    mutating func reached(_ index: Int) { if running.contains(index) { reached.insert(index) } }

    mutating func connected(_ index: Int) -> Result {
        _ = stopped(index)
        if isOver { return .late }
        isOver = true
        isWon = true
        return .won
    }

    mutating func failed(_ index: Int, why: String) -> [Step] {
        reached.remove(index)
        guard stopped(index), !isOver else { return [] }
        failures.append(why)
        return tryNext()
    }

    /// The attempt could not be made: its socket would be one too many. It is asked for again after a head start.
    /// Returns the attempt that has to be closed to make room.
    mutating func noRoom(for index: Int) -> Int? {
        guard stopped(index), !isOver else { return nil }
        next = index
        denials += 1
        guard denials >= Self.patience else { return nil }
        denials = 0
        return running.first
    }

    mutating func callOff() { isOver = true }

    /// Whether the attempt was running until now.
    private mutating func stopped(_ index: Int) -> Bool {
        guard let place = running.firstIndex(of: index) else { return false }
        running.remove(at: place)
        return true
    }

    private mutating func tryNext() -> [Step] {
        guard next < count else { return [] }
        defer { next += 1 }
        running.append(next)
        return next + 1 < count ? [.connect(next), .setTimer] : [.connect(next)]
    }
}
