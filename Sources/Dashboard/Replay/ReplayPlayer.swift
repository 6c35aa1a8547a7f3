/// What a person may ask of a replay.
enum ReplayCommand: Hashable, Sendable {
    case togglePlay, faster, slower
    /// To the next line of the journal, and pause there.
    case step
    /// So many seconds of the session on, or back.
    case seek(by: Double)
    /// To a share of the whole, 0...1.
    case go(to: Double)
    /// To the next mark of the chosen kind (1), or the one before (-1).
    case mark(Int)
    /// Another kind of marks.
    case nextKind
}

/// Where a replay stands and how it goes on, as a value: commands and the time go in, a position comes out. It knows
/// nothing of the file.
struct ReplayPlayer: Equatable, Sendable {
    static let slowest = 0.25
    static let fastest = 64.0
    /// Seconds at the most that one turn counts for: a program that was suspended has played nothing meanwhile.
    private static let longestTurn = 1.0

    /// In seconds of the session.
    private(set) var position = 0.0
    /// Seconds of the session in a second.
    private(set) var speed = 1.0
    private(set) var isPlaying = true
    /// As far as one can go, in seconds of the session; infinite as long as it is not known.
    private(set) var length = Double.infinity
    /// The session still runs: the length grows.
    private(set) var isGrowing = false
    /// Shows the newest there is of a session that still runs, whatever the speed.
    private(set) var isAtEdge = false
    /// When time was counted last.
    private var countedUntil: Double?

    /// At the beginning, or at the edge of a session that runs.
    init(atEdge: Bool = false) { isAtEdge = atEdge }

    var isAtEnd: Bool { position >= length }

    /// Time has passed on the clock of who watches, in seconds.
    mutating func advance(to now: Double) {
        defer { countedUntil = now }
        guard isPlaying, !isAtEdge, let countedUntil, now > countedUntil else { return }
        arrive(at: position + min(now - countedUntil, Self.longestTurn) * speed)
    }

    /// How far the session goes is known, or has grown.
    mutating func grow(to length: Double, isGrowing: Bool) {
        (self.length, self.isGrowing) = (length, isGrowing)
        if isAtEdge { position = length }
        arrive(at: position)
    }

    mutating func togglePlay() {
        let plays = !isPlaying
        (isPlaying, isAtEdge) = (plays, false)
        guard plays else { return }
        // Who plays at the end wants to see it again.
        if isAtEnd, !isGrowing { position = 0 }
        arrive(at: position)
    }

    mutating func faster() { speed = min(Self.fastest, speed * 2) }
    mutating func slower() { speed = max(Self.slowest, speed / 2) }

    mutating func seek(to time: Double) {
        guard time.isFinite else { return }
        isAtEdge = false
        arrive(at: time)
    }

    /// Stands at a line.
    mutating func step(to time: Double) {
        (isPlaying, isAtEdge) = (false, false)
        position = max(0, min(time, length))
    }

    /// What lies before the position could not be read in time: it goes on from here.
    mutating func hold(at time: Double) { position = min(position, time) }

    private mutating func arrive(at time: Double) {
        position = max(0, min(time, length))
        guard isAtEnd else { return }
        if isGrowing {
            isAtEdge = isPlaying
        } else {
            (isPlaying, isAtEdge) = (false, false)
        }
    }
}
