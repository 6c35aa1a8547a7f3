import Basics
import Games
import Glibc
import Synchronization

/// Presses keys and buttons on a display, through one long-lived xdotool; one request after another, each acknowledged.
///
/// On a display that others use nothing goes down, and nothing stays down, unless the game's window has the keyboard.
final class DesktopInput: Sendable {
    private struct State {
        var held = HeldKeys()
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

    /// `focus` guards a shared display; `nil` on one of our own.
    init(
        _ display: XDisplay, focus: FocusGuard?, clock: any EngineClock,
        note: @escaping @Sendable (_ key: GameKey, _ isDown: Bool) -> Void,
        onProcess: @escaping @Sendable (ChildProcess) -> Void, onFocus: @escaping @Sendable (String?) -> Void
    ) {
        (self.display, self.clock, self.note, self.onProcess, self.onFocus) = (display, clock, note, onProcess, onFocus)
        state = Mutex(State(focus: focus))
    }

    /// The game's window is another now.
    func aim(at window: GameWindow) { state.withLock { $0.focus?.aim(window: window.id, pid: window.pid) } }

    var process: ChildProcess? { state.withLock { $0.tool?.process } }

    /// Returns when the display has it. Throws when it could not be pressed, and then nothing is held.
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
            guard state.withLock({ !$0.isClosed }) else { throw .ended("the input", why: "it was closed") }
            try await checkFocus()
            let lines = state.withLock { $0.held.press(key, at: clock.now) }
            guard !lines.isEmpty else { return }
            note(key, true)
            do {
                _ = try await ask(lines)
            } catch {
                await letGo()
                throw error
            }
            watchFocus()
        case .release(let key):
            let lines = state.withLock { $0.held.release(key) }
            guard !lines.isEmpty else { return }
            try await askTwice(lines)
            note(key, false)
        case .look(let dx, let dy):
            guard state.withLock({ !$0.isClosed }) else { throw .ended("the input", why: "it was closed") }
            try await checkFocus()
            _ = try await ask(HeldKeys.motion(dx: dx, dy: dy))
        case .releaseAll: await letGo()
        }
    }

    /// Everything is up, if there is any way to have it so.
    private func letGo() async {
        let (keys, lines) = state.withLock { ($0.held.keys, $0.held.releaseAll()) }
        guard !lines.isEmpty else { return }
        // What could not be released stays the watchdog's to know.
        guard (try? await askTwice(lines)) != nil else { return }
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
    func close() async {
        let (tool, eyes, guarding) = state.withLock { state in
            state.isClosed = true
            return (state.tool, state.eyes, state.guarding)
        }
        try? await turns.run { await self.letGo() }
        guarding?.cancel()
        await guarding?.value
        await tool?.end()
        await eyes?.end()
        // Another may have been started to release what the first could not.
        await process?.end()
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
        await letGo()
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

    /// Looks who has the keyboard now, and tells; where it is not the game, everything is released.
    func lookAtFocus() async { try? await turns.run { try await self.checkFocus() } }

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
