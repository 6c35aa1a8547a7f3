import Basics
import Games
import Record

/// Plays one action: presses, holds for game time, releases. Whatever happens - cancellation, a game that fails - what
/// it pressed is released before it returns, or it says that it could not be.
package struct ActionExecutor: Sendable {
    /// A jump of the mouse larger than this, in pixels, is clamped by games that grab the pointer.
    package static let largestStep = 15

    /// A picture in which nothing has changed is looked at again after this, for time has passed in it too.
    private static let glimpse = Duration.milliseconds(60)

    let game: any Game
    let keys: KeyTable
    var pilot: Pilot?
    var clock: any EngineClock = ContinuousClock()
    /// A pause lets an action end; one that is steered ends with it, as it could go on for long.
    var isPaused: @Sendable () -> Bool = { false }

    package init(game: any Game, keys: KeyTable) { (self.game, self.keys) = (game, keys) }

    init(
        game: any Game, keys: KeyTable, pilot: Pilot?, clock: any EngineClock,
        isPaused: @escaping @Sendable () -> Bool = { false }
    ) {
        (self.game, self.keys, self.pilot, self.clock, self.isPaused) = (game, keys, pilot, clock, isPaused)
    }

    /// Plays an action. In a dry run the same game time passes, but no input is sent.
    package func play(_ action: ActionKind, dryRun: Bool) async throws {
        let binding = keys[action]
        if dryRun {
            try await game.pass(binding.length)
            return
        }
        var pressed: [GameKey] = []
        do {
            if action.isSteered, let pilot {
                pilot.steers(true)
                defer { pilot.steers(false) }
                try await steer(pilot, action, for: binding.hold, &pressed)
            } else {
                for key in binding.keys { try await press(key, &pressed) }
                try await hold(binding)
            }
            while let key = pressed.last {
                try await game.send(.release(key))
                pressed.removeLast()
            }
            if binding.settle > .zero { try await game.pass(binding.settle) }
        } catch {
            // Once another run plays in place of this one, only what this one pressed is its to release.
            if LoopRun.counts {
                if !pressed.isEmpty { try await release() }
            } else {
                for key in pressed { try? await game.send(.release(key)) }
            }
            throw error
        }
    }

    /// Releases every key. Runs to its end also in a cancelled task: it is made in a task of its own, and awaited.
    package func release() async throws {
        let game = game
        try await Task { try await game.send(.releaseAll) }.value
    }

    private func press(_ key: GameKey, _ pressed: inout [GameKey]) async throws {
        // The keys may be somebody else's since the last one went down.
        try Task.checkCancellation()
        // Noted first: a press that fails half-way is released too.
        pressed.append(key)
        try await game.send(.press(key))
    }

    /// With every picture, the keys that the pilot wants then: the others go up first. Ends with the time, with a
    /// pause, when the pilot wants another action, and when there is no picture to go by.
    private func steer(
        _ pilot: Pilot, _ action: ActionKind, for time: Duration, _ pressed: inout [GameKey]
    ) async throws {
        let end = clock.now + time
        var frame = try await game.capture()
        pilot.look(at: frame)
        while pilot.wants(action), !isPaused() {
            let wanted = pilot.wanted
            for key in pressed where !wanted.contains(key) {
                try await game.send(.release(key))
                pressed.removeAll { $0 == key }
            }
            for key in wanted where !pressed.contains(key) { try await press(key, &pressed) }
            guard clock.now < end, let next = try await game.picture(after: frame, by: clock.now + Self.glimpse)
            else { return }
            frame = next
            pilot.look(at: frame)
        }
    }

    /// Holds for the binding's time, moving the mouse in small steps on the way.
    private func hold(_ binding: KeyTable.Binding) async throws {
        let look = binding.look
        let reach = max(abs(look.dx), abs(look.dy))
        guard reach > 0 else { return try await game.pass(binding.hold) }
        let steps = (reach + Self.largestStep - 1) / Self.largestStep
        var sent = (x: 0, y: 0)
        var passed = Duration.zero
        for step in 1...steps {
            try Task.checkCancellation()
            let target = (x: look.dx * step / steps, y: look.dy * step / steps)
            try await game.send(.look(dx: target.x - sent.x, dy: target.y - sent.y))
            sent = target
            // From the total, so that rounding never adds up.
            let due = binding.hold * step / steps
            try await game.pass(due - passed)
            passed = due
        }
    }
}
