import Basics
import Speech

/// What the audio mixer does next. Pure: samples, times and the player's fate go in, what must be done comes out.
///
/// It hands samples on only a little faster than they sound, so that what is dropped is really not heard, and counts
/// what sounded by the clock: some devices swallow everything at once. A player that dies is started again after a
/// growing wait, with what it had not sounded yet; one that keeps dying makes place for the next that is installed;
/// after the last there is only text.
package struct MixerCore: Sendable {
    package struct Settings: Sendable {
        /// How far ahead of what sounds samples are handed on.
        package var lead = Duration.milliseconds(250)
        /// Samples gathered before a line begins that still arrives.
        package var prebuffer = Duration.milliseconds(200)
        /// Bytes of one write: 40 ms.
        package var chunk = 1920
        /// The wait after the first failure; it doubles from failure to failure.
        package var backoff = Duration.milliseconds(500)
        package var longestBackoff = Duration.seconds(8)
        /// Failures in a row after which a player is given up.
        package var patience = 3
        /// A player that ran this long has not failed to start.
        package var proven = Duration.seconds(5)
        /// How long one write may take: a player that takes nothing for so long hangs.
        package var stall = Duration.seconds(3)
        /// Seconds of one line; more is dropped.
        package var longestLine = 60
    }

    package enum Step: Sendable, Equatable {
        case start(AudioPlayer)
        case write([UInt8])
        case wait(until: ContinuousClock.Instant)
        /// Nothing to do before something new comes in.
        case idle
        /// The player must end: it is muted.
        case stop
    }

    package let settings: Settings
    private let installed: [AudioPlayer]
    private var players: ArraySlice<AudioPlayer>
    /// The line, from its first sample: a player that dies is followed by one that goes on where it was.
    private var line: [UInt8] = []
    /// Bytes of the line that were handed on.
    private var taken = 0
    private var isOpen = false
    private var hasBegun = false
    private var failures = 0
    private var notBefore: ContinuousClock.Instant?
    private var startedAt: ContinuousClock.Instant?
    /// When everything that was handed on has sounded.
    private var soundsUntil: ContinuousClock.Instant?

    package private(set) var isMuted = false
    /// Why there is no player any more.
    package private(set) var gaveUp: String?
    package private(set) var restarts = 0
    package private(set) var underruns = 0
    package private(set) var lastFailure: String?
    /// Bytes that were handed to a player and not lost with it.
    package private(set) var handedOn = 0
    /// Counts the lines that were cut short.
    package private(set) var cuts = 0

    package init(players: [AudioPlayer], settings: Settings = Settings()) {
        installed = players
        self.players = players[...]
        self.settings = settings
        if players.isEmpty { gaveUp = "no audio player" }
    }

    /// The player that runs or will be tried next.
    package var player: AudioPlayer? { players.first }
    package var isRunning: Bool { startedAt != nil }
    /// Whether everything that came in was handed on or dropped.
    package var isEmpty: Bool { taken == line.count }

    /// How long what was handed on still sounds.
    package func remaining(_ now: ContinuousClock.Instant) -> Duration {
        soundsUntil.map { max(.zero, now.duration(to: $0)) } ?? .zero
    }

    /// Takes samples of a line, which goes on until ``endLine()``.
    package mutating func append(_ bytes: [UInt8]) {
        guard gaveUp == nil, !isMuted else { return }
        if !isOpen {
            clear()
            isOpen = true
        }
        let room = settings.longestLine * SpeechFormat.bytesPerSecond - line.count
        line += bytes.prefix(max(0, room))
    }

    /// The line has no more samples.
    package mutating func endLine() {
        isOpen = false
        // Half a sample at the end would shift the next line by a byte.
        if line.count % 2 == 1 { line.append(0) }
    }

    /// Forgets what was not handed on.
    package mutating func drop() {
        clear()
        cuts += 1
    }

    private mutating func clear() {
        line = []
        taken = 0
        isOpen = false
        hasBegun = false
    }

    package mutating func setMuted(_ muted: Bool) {
        isMuted = muted
        if muted {
            drop()
        } else if gaveUp != nil, !installed.isEmpty {
            gaveUp = nil
            players = installed[...]
            notBefore = nil
            failures = 0
        }
    }

    package mutating func next(_ now: ContinuousClock.Instant) -> Step {
        if isMuted { return isRunning ? .stop : .idle }
        guard !isEmpty, gaveUp == nil, let player else { return .idle }
        guard isRunning else {
            if let notBefore, notBefore > now { return .wait(until: notBefore) }
            return .start(player)
        }
        let waiting = SpeechFormat.duration(ofBytes: line.count - taken)
        if isOpen, !hasBegun, waiting < settings.prebuffer { return .idle }
        if let soundsUntil {
            let due = soundsUntil - settings.lead
            if due > now { return .wait(until: due) }
            if hasBegun, soundsUntil < now { underruns += 1 }
        }
        return .write(take(now))
    }

    private mutating func take(_ now: ContinuousClock.Instant) -> [UInt8] {
        // Never half a sample, unless no more will come.
        var end = min(taken + settings.chunk, line.count)
        if isOpen, (end - taken) % 2 == 1 { end -= 1 }
        let chunk = Array(line[taken..<end])
        taken = end
        hasBegun = true
        handedOn += chunk.count
        soundsUntil = max(soundsUntil ?? now, now) + SpeechFormat.duration(ofBytes: chunk.count)
        return chunk
    }

    /// A player was started.
    package mutating func started(_ now: ContinuousClock.Instant) {
        startedAt = now
        notBefore = nil
        soundsUntil = nil
    }

    /// The player has ended. `why` is `nil` when it was told to.
    package mutating func ended(_ why: String?, _ now: ContinuousClock.Instant) {
        let lost = why == nil ? .zero : remaining(now)
        let ran = startedAt.map { $0.duration(to: now) } ?? .zero
        startedAt = nil
        soundsUntil = nil
        guard let why else { return }
        let unheard = min(taken, Int(lost.seconds * Double(SpeechFormat.rate)) * 2)
        taken -= unheard
        handedOn -= unheard
        hasBegun = false
        restarts += 1
        lastFailure = "\(player?.name ?? "player"): \(why)"
        failures = ran >= settings.proven ? 1 : failures + 1
        notBefore = now + min(settings.longestBackoff, settings.backoff * (1 << (failures - 1)))
        guard failures >= settings.patience else { return }
        players = players.dropFirst()
        failures = 0
        notBefore = nil
        if players.isEmpty {
            gaveUp = lastFailure
            drop()
        }
    }
}
