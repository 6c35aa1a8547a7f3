import Basics
import Games
import Glibc
import Synchronization

/// Presses keys and buttons on a display, through one long-lived xdotool; one request after another, each acknowledged.
///
/// On a display that others use nothing goes down, and nothing stays down, unless the game's window has the keyboard.
final class DesktopInput: Sendable {
    private struct State {
        var held: HeldKeys
        /// Keys that should be up could not be released: nothing is pressed before they are.
        var isOwing = false
        var tool: XDotool?
        /// Looks who has the keyboard.
        var eyes: XDotool?
        var focus: FocusGuard?
        var guarding: Task<Void, Never>?
        var isClosed = false
    }

    private let display: XDisplay
    private let clock: any EngineClock
    private let state: Mutex<State>
    private let turns = Turns()
    /// Told of every key that goes down or up, before it does, and after it did.
    private let note: @Sendable (_ key: GameKey, _ isDown: Bool) -> Void
    /// Told of the program that presses.
    private let onProcess: @Sendable (ChildProcess) -> Void
    private let onFocus: @Sendable (String?) -> Void

    /// `focus` guards a shared display; `nil` on one of our own. No press is shorter than `shortest`.
    init(
        _ display: XDisplay, focus: FocusGuard?, shortest: Duration, clock: any EngineClock,
        note: @escaping @Sendable (_ key: GameKey, _ isDown: Bool) -> Void,
        onProcess: @escaping @Sendable (ChildProcess) -> Void, onFocus: @escaping @Sendable (String?) -> Void
    ) {
        (self.display, self.clock, self.note, self.onProcess, self.onFocus) = (display, clock, note, onProcess, onFocus)
        state = Mutex(State(held: HeldKeys(shortest: shortest), focus: focus))
    }

    /// The game's window is another now.
    func aim(at window: GameWindow) { state.withLock { $0.focus?.aim(window: window.id, pid: window.pid) } }

    var process: ChildProcess? { state.withLock { $0.tool?.process } }

    /// Returns when the display has it. Throws when it could not be pressed, and then nothing is held;
    /// ``DesktopError/stillDown(_:why:)`` when something may be.
    func send(_ input: GameInput) async throws {
        if case .release(let key) = input,
            let rest = state.withLock({ $0.held.rest(of: key, at: clock.now) }), rest > .zero
        {
            // A tap that is too short is none. Not cut short by cancellation: the key would be.
            await Task { [clock] in try? await clock.sleep(for: rest) }.value
        }
        try await turns.run { try await self.perform(input) }
    }

    private func perform(_ input: GameInput) async throws(DesktopError) {
        switch input {
        case .press(let key):
            try await checkInput()
            let lines = state.withLock { $0.held.press(key, at: clock.now) }
            guard !lines.isEmpty else { return }
            note(key, true)
            do {
                _ = try await ask(lines)
            } catch {
                try await letGo()
                throw error
            }
            watchFocus()
        case .release(let key): try await release([key], state.withLock { $0.held.release(key) })
        case .look(let dx, let dy):
            try await checkInput()
            _ = try await ask(HeldKeys.motion(dx: dx, dy: dy))
        case .releaseAll: try await letGo()
        }
    }

    /// Whether anything may go to the game now.
    private func checkInput() async throws(DesktopError) {
        let (isClosed, isOwing) = state.withLock { ($0.isClosed, $0.isOwing) }
        if isClosed { throw .ended("the input", why: "it was closed") }
        if isOwing { try await letGo() }
        try await checkFocus()
    }

    /// Everything is up.
    /// - Throws: ``DesktopError/stillDown(_:why:)`` when there is no way to have it so.
    private func letGo() async throws(DesktopError) {
        let (keys, lines) = state.withLock { ($0.held.keys, $0.held.releaseAll()) }
        try await release(keys, lines)
    }

    private func release(_ keys: [GameKey], _ lines: [String]) async throws(DesktopError) {
        guard !lines.isEmpty else { return }
        // On a display of ours that has ended nothing is down any more.
        if display.server?.hasEnded != true {
            do {
                try await askTwice(lines)
            } catch {
                // They stay the watchdog's to know, too.
                state.withLock { $0.isOwing = true }
                throw .stillDown(keys.map(\.rawValue), why: "\(error)")
            }
        }
        state.withLock { state in
            state.held.released(keys)
            if state.held.isEmpty { state.isOwing = false }
        }
        for key in keys { note(key, false) }
    }

    /// Asks another program when the first fails: what is down must come up.
    private func askTwice(_ lines: [String]) async throws(DesktopError) {
        do {
            _ = try await ask(lines)
        } catch {
            _ = try await ask(lines)
        }
    }

    private func ask(_ lines: [String]) async throws(DesktopError) -> [String] {
        let tool = try await tool()
        do {
            return try await tool.ask(lines, clock: clock)
        } catch {
            // Late or dead: the next request starts another.
            state.withLock { if $0.tool === tool { $0.tool = nil } }
            await tool.end()
            throw error
        }
    }

    private func tool() async throws(DesktopError) -> XDotool {
        if let tool = state.withLock(\.tool), !tool.process.hasEnded { return tool }
        let tool = try await XDotool.start(display.environment)
        state.withLock { $0.tool = tool }
        onProcess(tool.process)
        return tool
    }

    /// Releases everything and ends the program. Idempotent.
    /// - Throws: ``DesktopError/stillDown(_:why:)``, after it has ended all the same.
    func close() async throws {
        let (tool, eyes, guarding) = state.withLock { state in
            state.isClosed = true
            return (state.tool, state.eyes, state.guarding)
        }
        var failure: (any Error)?
        do { try await turns.run { try await self.letGo() } } catch { failure = error }
        guarding?.cancel()
        await guarding?.value
        await tool?.end()
        await eyes?.end()
        // Another may have been started to release what the first could not.
        await process?.end()
        if let failure { throw failure }
    }

    // MARK: - Focus

    /// - Throws: ``DesktopError/focusLost(_:)`` after everything was released, also when it cannot be found out.
    private func checkFocus() async throws(DesktopError) {
        guard state.withLock({ $0.focus != nil }) else { return }
        let focus = await focusNow()
        let why = state.withLock { state in
            _ = state.focus?.observe(focus)
            return state.focus?.why
        }
        onFocus(why)
        guard let why else { return }
        try await letGo()
        throw .focusLost(why)
    }

    /// Asked of an xdotool of its own: a window that goes away at that moment ends whoever asks for it.
    private func focusNow() async -> FocusGuard.Focus? {
        do {
            var eyes = state.withLock(\.eyes)
            if eyes?.process.hasEnded != false {
                let new = try await XDotool.start(display.environment)
                state.withLock { $0.eyes = new }
                onProcess(new.process)
                eyes = new
            }
            let lines = try await eyes?.ask(["getwindowfocus", "getwindowpid %1"], clock: clock)
            return FocusGuard.Focus(lines: lines ?? [])
        } catch {
            await state.withLock { state in
                defer { state.eyes = nil }
                return state.eyes
            }?.end()
            return nil
        }
    }

    /// Looks who has the keyboard now, and tells; where it is not the game, everything is released. So is what could
    /// not be before.
    func lookAtFocus() async {
        try? await turns.run {
            if self.state.withLock(\.isOwing) { try await self.letGo() }
            try await self.checkFocus()
        }
    }

    /// Looks again and again while a key is down.
    private func watchFocus() {
        state.withLock { state in
            guard state.focus != nil, state.guarding == nil else { return }
            state.guarding = Task { [self] in
                while isHolding() {
                    try? await clock.sleep(for: FocusGuard.interval)
                    await lookAtFocus()
                }
            }
        }
    }

    /// Whether a key is down that has to be guarded; if not, the guard goes.
    private func isHolding() -> Bool {
        state.withLock { state in
            if state.held.isEmpty || state.isClosed { state.guarding = nil }
            return state.guarding != nil
        }
    }
}

/// One at a time, in the order in which they came.
private final class Turns: Sendable {
    private let last = Mutex<Task<Void, Never>?>(nil)

    func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let result = FirstValue<Result<Void, any Error>>()
        last.withLock { last in
            last = Task { [before = last] in
                await before?.value
                do {
                    try await body()
                    result.set(.success(()))
                } catch {
                    result.set(.failure(error))
                }
            }
        }
        try await result.value.get()
    }
}
