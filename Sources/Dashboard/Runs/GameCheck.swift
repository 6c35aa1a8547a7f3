import Basics
import Canvas
import Desktop
import Engine
import Games
import Record
import Synchronization
import Vision

/// Looks at everything that stands between the agent and a real game, in the order in which it is needed: each step
/// only makes sense when those before it went well.
struct GameCheck {
    let choice: Settings.DesktopChoice
    let keys: KeyTable
    let clock = ContinuousClock()
    let tell: @Sendable (Check) -> Void

    /// So many presses are timed.
    static let presses = 20
    /// A picture of which so little changed is the same: a face in a status bar, a torch.
    static let least = 0.05

    /// - Returns: what was found; the last is what failed, if anything did.
    func run() async -> [Check] {
        var checks: [Check] = []
        func add(_ check: Check) -> Bool {
            // What fails because the check was ended says nothing of the game.
            guard !Task.isCancelled else { return false }
            checks.append(check)
            tell(check)
            return check.state != .missing
        }
        guard add(needs()) else { return checks }
        if let own = choice.file.own { _ = add(controls(own)) }
        let ends = Ends()
        do {
            let game = try await DesktopGame.open(choice.plan, clock: clock) { _, close in ends.add(close) }
            let running = OwnedTask(on: nil) { try? await game.run() }
            if add(window(game)) {
                let frames = await frames(game)
                if add(frames), add(size(game)), game.mayPress {
                    await press(game, add)
                } else if !game.mayPress {
                    _ = add(.idle("keys", "none is pressed on a display that others use without --live"))
                }
            }
            await game.close()
            await running.end()
        } catch {
            _ = add(.bad("window", "\(error)", isNeeded: true, remedy: nil))
        }
        for failure in await ends.run() { _ = add(.bad("end", failure, isNeeded: true, remedy: nil)) }
        return checks
    }

    private func needs() -> Check {
        let all = choice.plan.profile.requirements(
            in: ChildEnvironment(choice.plan.environment), isOwn: choice.plan.display == .own)
        let missing = all.filter { !$0.isThere }
        guard missing.isEmpty else {
            let packages = Set(missing.compactMap(\.package)).sorted().joined(separator: " ")
            return .bad(
                "programs", missing.map(\.name).joined(separator: ", ") + " missing", isNeeded: true,
                remedy: packages.isEmpty ? nil : "apt-get install \(packages)")
        }
        return .good("programs", "\(all.count) of \(all.count) are there")
    }

    /// The keys that the game itself wrote down.
    private func controls(_ own: OwnControls) -> Check {
        let actions = choice.plan.profile.actions
        let found = own.words(for: actions).joined(separator: "; ")
        return own.isWhole(for: actions)
            ? .good("key table", found)
            : .bad(
                "key table", found, isNeeded: false,
                remedy: "give each a key of the keyboard in the game's own settings; without its file it has its own")
    }

    private func window(_ game: DesktopGame) -> Check {
        guard let window = game.window, let display = game.displayName else {
            return .bad("window", "there is none", isNeeded: true, remedy: "see that the game runs")
        }
        let pid = window.pid.map { ", process \($0)" } ?? ""
        return .good("window", "\"\(window.title)\" on display \(display)\(pid)")
    }

    /// Three seconds of pictures.
    private func frames(_ game: DesktopGame) async -> Check {
        let name = "pictures"
        // The first may take a while; the rate is counted from there.
        guard (try? await game.capture()) != nil else {
            return .bad(name, "\(game.health)", isNeeded: true, remedy: "see that the window is open and not covered")
        }
        let (count, began) = (game.pictures, clock.now)
        try? await clock.sleep(for: .seconds(3))
        let rate = Double(game.pictures - count) / began.duration(to: clock.now).seconds
        guard game.health == .good else {
            return .bad(name, "\(game.health)", isNeeded: true, remedy: "see that the window is open and not covered")
        }
        let wanted = choice.plan.profile.rate
        let found = "\(NumberFormat.fixed(rate, 1)) a second of \(NumberFormat.fixed(wanted, 0))"
        return rate >= wanted * 0.8
            ? .good(name, found)
            : .bad(name, found, isNeeded: false, remedy: "the machine is busy, or the game draws no more than that")
    }

    private func size(_ game: DesktopGame) -> Check {
        let size = choice.plan.profile.size
        guard let window = game.window else { return .bad("size", "unknown", isNeeded: true, remedy: nil) }
        let found = "\(window.width)x\(window.height)"
        return (window.width, window.height) == (size.width, size.height)
            ? .good("size", found)
            : .bad(
                "size", "\(found), and the profile says \(size.width)x\(size.height)", isNeeded: true,
                remedy: "set the game to that size, or correct size in the profile")
    }

    /// Turns to and fro, which does no harm, and times when it is seen.
    private func press(_ game: DesktopGame, _ add: (Check) -> Bool) async {
        let executor = ActionExecutor(game: game, keys: keys)
        let turn = keys[.turnRight]
        guard !turn.layers.isEmpty, let before = try? await game.capture() else {
            _ = add(.bad("keys", "the profile has no turnRight", isNeeded: true, remedy: "add it to its actions"))
            return
        }
        let pressed = turn.keys.first?.rawValue ?? "by the mouse"
        do {
            try await executor.play(.turnRight, dryRun: false)
        } catch {
            _ = add(.bad("focus", "\(error)", isNeeded: true, remedy: "click into the game's window"))
            return
        }
        _ = add(.good("focus", game.isShared ? "the game has the keyboard" : "nobody else is on the display"))
        try? await clock.sleep(for: .milliseconds(200))
        let share = (try? await game.capture()).map { PictureChange.share(before, $0) } ?? 0
        let found = "turning (\(pressed)) changed \(NumberFormat.fixed(share * 100, 0)) % of the picture"
        guard share >= Self.least else {
            _ = add(
                .bad(
                    "keys", found, isNeeded: true,
                    remedy: "see that the game is in play and not in a menu, and that the profile's keys are its own"))
            return
        }
        _ = add(.good("keys", found))
        _ = add(await latency(game, executor))
        guard !Task.isCancelled else { return }
        _ = add(await fullCircle(game))
    }

    private func latency(_ game: DesktopGame, _ executor: ActionExecutor) async -> Check {
        var times: [Double] = []
        for round in 0..<Self.presses {
            let action = round.isMultiple(of: 2) ? ActionKind.turnLeft : .turnRight
            guard let before = try? await game.capture() else { continue }
            let pressed = clock.now
            let playing = Task { try? await executor.play(action, dryRun: false) }
            if let seen = await change(of: before, game, by: pressed + .seconds(1)) {
                times.append(pressed.duration(to: seen).milliseconds)
            }
            await playing.value
            try? await clock.sleep(for: .milliseconds(100))
        }
        times.sort()
        guard times.count > Self.presses / 2 else {
            return .bad(
                "latency", "only \(times.count) of \(Self.presses) presses were seen", isNeeded: true,
                remedy: "see that nothing else moves the picture, and that the machine is not too busy")
        }
        func quantile(_ share: Double) -> String { NumberFormat.fixed(times[Int(Double(times.count - 1) * share)], 0) }
        let interval = NumberFormat.fixed(1000 / choice.plan.profile.rate, 0)
        return .good(
            "latency",
            "press to picture p50 \(quantile(0.5)) ms, p95 \(quantile(0.95)) ms (a picture every \(interval) ms)")
    }

    private func change(of before: Frame, _ game: DesktopGame, by deadline: ContinuousClock.Instant) async
        -> ContinuousClock.Instant?
    {
        var last = before
        while let frame = try? await game.picture(after: last.sequence, by: deadline) {
            if PictureChange.share(before, frame) >= Self.least { return frame.capturedAt }
            last = frame
        }
        return nil
    }

    /// What was opened, closed in the opposite order.
    private final class Ends: Sendable {
        private let all = Mutex<[@Sendable () async throws -> Void]>([])
        func add(_ close: @escaping @Sendable () async throws -> Void) { all.withLock { $0.append(close) } }

        /// Returns what could not be closed, and why.
        func run() async -> [String] {
            var failures: [String] = []
            while let close = all.withLock({ $0.popLast() }) {
                do { try await close() } catch { failures.append("\(error)") }
            }
            return failures
        }
    }
}
