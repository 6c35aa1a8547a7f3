import CNcurses
import Glibc

/// Reads what a person types. Past curses, which would take a sequence that it does not know apart into keys.
struct TerminalInput {
    private let descriptor: Int32
    private var parser: InputParser

    init(_ descriptor: Int32, environment: [String: String]) {
        self.descriptor = descriptor
        parser = InputParser(environment: environment)
    }

    /// What the terminal has said of itself.
    var answers: TerminalAnswers { parser.answers }

    /// Whether the window has the keyboard, as far as the terminal has said.
    var isInFront: Bool? { parser.isInFront }

    /// Rounds of questions that were put, and when the last of them was.
    private var rounds = 0
    private var askedAt = -Double.infinity

    /// Something is asked now. Returns how many rounds of answers there are when it is answered.
    @discardableResult
    mutating func noteQuestion() -> Int {
        rounds += 1
        askedAt = Self.now
        return rounds
    }

    /// Questions without an answer yet.
    var owesAnswer: Bool { answers.rounds < rounds }
    /// Seconds since the last question.
    var sinceQuestion: Double { Self.now - askedAt }

    /// Waits for the answers until a second after the question at the most; keys that come meanwhile are dropped.
    mutating func awaitAnswers() {
        let end = askedAt + 1
        while owesAnswer, Self.now < end {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, Int32((end - Self.now) * 1000) + 1) > 0, !isAtEnd else { return }
            _ = keys()
        }
    }

    /// Every key that has come in, and those that time has decided. Never blocks.
    mutating func keys() -> [Key] {
        // Not for ever: there are terminals that answer nothing.
        parser.awaitsAnswer = owesAnswer && sinceQuestion < 10
        let waiting = waitingBytes
        guard waiting > 0 else { return parser.pass(now: Self.now) }
        // As much at a time as a hand types, or a paste brings; the rest is still there afterwards.
        var buffer = [UInt8](repeating: 0, count: min(waiting, 16_384))
        let count = read(descriptor, &buffer, buffer.count)
        return parser.feed(buffer.prefix(max(0, count)), now: Self.now)
    }

    /// Seconds until a key is decided by time alone; `nil` when none is.
    var timeout: Double? { parser.deadline.map { max(0, $0 - Self.now) } }

    /// Readable with nothing to read: the other end is gone.
    var isAtEnd: Bool { waitingBytes == 0 }

    private var waitingBytes: Int {
        var waiting: Int32 = 0
        return ioctl(descriptor, UInt(FIONREAD), &waiting) == 0 ? Int(waiting) : 0
    }

    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
