import Basics
import Glibc
import Speech
import Synchronization

/// Plays one line of speech after another through a player process of its own, which it keeps, restarts and reaps.
///
/// The player is started by the first line, and ended by muting and by ``close()``. See ``MixerCore`` for what it does
/// when a player dies or a device is busy.
package final class AudioMixer: Sendable {
    /// What an operator may want to know.
    package struct Status: Sendable, Equatable {
        /// The player that runs or will be tried next; `nil` when there is none any more.
        package var player: String?
        package var gaveUp: String?
        package var lastFailure: String?
        package var restarts = 0
        package var underruns = 0
        /// Seconds of speech handed to the player.
        package var played = 0.0
    }

    private struct State {
        var core: MixerCore
        /// Whoever waits for the line's end: true when it was handed on whole.
        var lineEnd: FirstValue<Bool>?
        var pid: pid_t?
        var isClosed = false
    }
    private let state: Mutex<State>
    private let clock: any EngineClock
    private let environment: [String: String]
    private let wakeup = Wakeup()
    private let lifetime = LoopLifetime()
    private let onChange: @Sendable () -> Void
    private let stall: Duration

    /// `environment` is the player's; its `PATH` is where it is looked for. `onChange` is told when ``status`` changes.
    package init(
        players: [AudioPlayer], environment: [String: String], clock: any EngineClock,
        settings: MixerCore.Settings = .init(), onChange: @escaping @Sendable () -> Void = {}
    ) {
        state = Mutex(State(core: MixerCore(players: players, settings: settings)))
        self.clock = clock
        stall = settings.stall
        self.environment = environment
        self.onChange = onChange
    }

    package var status: Status {
        state.withLock { state in
            let core = state.core
            return Status(
                player: core.gaveUp == nil ? core.player?.name : nil, gaveUp: core.gaveUp,
                lastFailure: core.lastFailure, restarts: core.restarts, underruns: core.underruns,
                played: SpeechFormat.duration(ofBytes: core.handedOn).seconds)
        }
    }

    /// The player's process while it runs.
    var process: pid_t? { state.withLock { $0.pid } }

    /// Whether a line would be heard.
    package var canPlay: Bool { state.withLock { $0.core.gaveUp == nil && !$0.core.isMuted && !$0.isClosed } }

    /// Takes samples of the present line.
    package func play(_ bytes: [UInt8]) {
        state.withLock { if !$0.isClosed { $0.core.append(bytes) } }
        wakeup.signal()
    }

    /// Ends the present line and returns when it has sounded; false when it was dropped, muted or nothing plays it.
    /// A cancelled caller drops it.
    package func finishLine() async -> Bool {
        let cuts = state.withLock { state in
            state.core.endLine()
            return state.core.cuts
        }
        return await withTaskCancellationHandler {
            while true {
                guard await handedOn() else { return false }
                let rest = state.withLock { $0.core.remaining(clock.now) }
                do { try await clock.sleep(for: rest) } catch { return false }
                // A player that died in between has left a part of the line to the next.
                let isOver = state.withLock { $0.core.cuts != cuts ? false : $0.core.isEmpty ? true : nil }
                if let isOver { return isOver }
            }
        } onCancel: {
            self.drop()
        }
    }

    /// Whether the whole line was handed on, once that is known.
    private func handedOn() async -> Bool {
        let end = FirstValue<Bool>()
        state.withLock { state in
            state.lineEnd = end
            settle(&state)
        }
        wakeup.signal()
        return await end.value
    }

    /// Forgets the present line: what was handed on already, a quarter of a second at the most, still sounds.
    package func drop() {
        state.withLock { state in
            state.core.drop()
            endLine(&state, whole: false)
        }
        wakeup.signal()
    }

    /// Silences at once by ending the player; the next line after unmuting starts another. Unmuting also tries again
    /// players that were given up: the device may be free by now.
    package func setMuted(_ muted: Bool) {
        let pid = state.withLock { state -> pid_t? in
            state.core.setMuted(muted)
            if muted { endLine(&state, whole: false) }
            return muted ? state.pid : nil
        }
        // Stopped, it makes no sound any more, however much it has in its buffer; the run loop ends it.
        if let pid { kill(-pid, SIGTERM) }
        wakeup.signal()
    }

    /// Plays until it is closed or its task is cancelled.
    package func run() async {
        await lifetime.run { [self] in
            while !Task.isCancelled { await turn() }
        }
    }

    /// Mutes, ends the player and returns when it was reaped. Idempotent. When the caller is cancelled, which means
    /// that nobody wants to wait, the player is killed without asking it first.
    package func close() async {
        state.withLock { state in
            state.isClosed = true
            state.core.setMuted(true)
            endLine(&state, whole: false)
        }
        await withTaskCancellationHandler {
            await lifetime.close()
        } onCancel: {
            if let pid = state.withLock({ $0.pid }) { kill(-pid, SIGKILL) }
        }
    }

    private func turn() async {
        switch state.withLock({ $0.core.next(clock.now) }) {
        case .start(let player): await playThrough(player)
        case .wait(let instant): await wakeup.wait(until: instant, clock: clock)
        case .idle, .stop, .write: await wakeup.wait()
        }
    }

    /// One life of a player.
    private func playThrough(_ player: AudioPlayer) async {
        state.withLock { $0.core.started(clock.now) }
        onChange()
        let process = PlayerProcess(player: player, environment: environment)
        let why = await process.run { pid in
            self.state.withLock { $0.pid = pid }
        } feed: { write in
            await self.feed(write)
        }
        state.withLock { state in
            // A player that was silenced ended because it was told to.
            state.core.ended(state.core.isMuted || Task.isCancelled ? nil : why, clock.now)
            settle(&state)
        }
        onChange()
    }

    /// Hands samples to a player until it must end, or what is wrong with it.
    private func feed(_ write: @escaping PlayerProcess.Write) async -> String? {
        while !Task.isCancelled {
            switch state.withLock({ $0.core.next(clock.now) }) {
            case .write(let bytes):
                switch await inTime({ await write(bytes) }) {
                case true?: state.withLock { settle(&$0) }
                case false?:
                    // It is dying, and its end, which cancels this, tells why; or it only closed its input.
                    try? await clock.sleep(for: .milliseconds(500))
                    return "takes no more samples"
                case nil: return "takes no samples; is its device busy?"
                }
            case .wait(let instant): await wakeup.wait(until: instant, clock: clock)
            case .idle: await wakeup.wait()
            case .stop, .start: return nil
            }
        }
        return nil
    }

    /// What the write gave, or `nil` when it took too long.
    private func inTime(_ write: @escaping @Sendable () async -> Bool) async -> Bool? {
        await withTaskGroup(of: Bool?.self) { group in
            group.addTask { await write() }
            group.addTask { [clock, stall] in
                do { try await clock.sleep(for: stall) } catch { return false }
                return nil
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
    }

    /// Tells whoever waits when the line's samples have all gone somewhere.
    private func settle(_ state: inout State) {
        if state.core.gaveUp != nil || state.core.isMuted || state.isClosed {
            endLine(&state, whole: false)
        } else if state.core.isEmpty {
            endLine(&state, whole: true)
        }
    }

    private func endLine(_ state: inout State, whole: Bool) {
        state.lineEnd?.set(whole)
        state.lineEnd = nil
    }
}
