import Basics
import Canvas
import Desktop
import Engine
import Games
import Record
import Vision

extension GameCheck {
    /// How far apart a measured turn and the profile's may be.
    private static let turnTolerance = 0.05
    /// A key turns that long at the most, and the mouse, whose steps are small, longer.
    private static let (keyTime, mouseTime) = (Duration.seconds(14), Duration.seconds(40))
    /// Games turn slowly at first.
    private static let runUp = Duration.milliseconds(700)

    /// Turns full circles, seen by their pictures, and compares that with what the profile says.
    func fullCircle(_ game: DesktopGame) async -> Check {
        let binding = keys[.turnRight]
        let measured: (circle: FullCircle, unit: String)
        do {
            if binding.look.dx != 0 {
                measured = (try await turnByMouse(game, binding), "pixel of the mouse")
            } else {
                measured = (try await turnByKey(game, binding), "second")
            }
        } catch {
            return notMeasured("\(error)", remedy: nil)
        }
        guard case .circle(let circle) = measured.circle.finding else {
            return notMeasured(
                measured.circle.failure,
                remedy: "stand where it looks different all around and nothing moves, and check again")
        }
        return Self.turn(
            rate: 360 / circle, unit: measured.unit, profile: choice.plan.profile.turnRate,
            isSteered: !choice.plan.profile.steering.isEmpty)
    }

    private func notMeasured(_ why: String, remedy: String?) -> Check {
        .bad("turn", "not measured: \(why)", isNeeded: false, remedy: remedy)
    }

    /// What was found, beside what the profile says.
    static func turn(rate: Double, unit: String, profile: Double?, isSteered: Bool) -> Check {
        func figure(_ rate: Double) -> String { NumberFormat.fixed(rate, rate < 10 ? 3 : 1) }
        let found = "\(figure(rate)) degrees a \(unit), by full circles"
        guard let profile else {
            return .bad(
                "turn", found + "; the profile does not say", isNeeded: false,
                remedy: "write \"turnRate\": \(figure(rate)) into the profile")
        }
        let both = found + "; the profile says \(figure(profile))"
        guard abs(rate / profile - 1) > turnTolerance else { return .good("turn", both) }
        return .bad(
            "turn", both, isNeeded: false,
            remedy: isSteered
                ? "it is steered as the profile says: turn off always running and whatever else changes it in the game"
                : "write \"turnRate\": \(figure(rate)) into the profile, and turnLeft and turnRight accordingly")
    }

    /// Holds the turning key.
    private func turnByKey(_ game: DesktopGame, _ binding: KeyTable.Binding) async throws -> FullCircle {
        let began = clock.now
        do {
            for key in binding.keys { try await game.send(.press(key)) }
            let circle = try await follow(game, from: began + Self.runUp, until: began + Self.keyTime)
            try await game.send(.releaseAll)
            return circle
        } catch {
            // Whatever ended it, the key comes up.
            await Task { try? await game.send(.releaseAll) }.value
            throw error
        }
    }

    private func follow(
        _ game: DesktopGame, from start: ContinuousClock.Instant, until end: ContinuousClock.Instant
    ) async throws -> FullCircle {
        var circle = FullCircle()
        var last: UInt64 = 0
        while circle.finding == .turning, let frame = try await game.picture(after: last, by: end) {
            last = frame.sequence
            guard frame.capturedAt >= start else { continue }
            circle.look(at: frame, turned: start.duration(to: frame.capturedAt).seconds)
        }
        return circle
    }

    /// Moves the mouse by small steps of one length, one a picture: what a picture shows is then always as late.
    private func turnByMouse(_ game: DesktopGame, _ binding: KeyTable.Binding) async throws -> FullCircle {
        let step = max(1, abs(binding.look.dx) / 8)
        let pace = Duration.seconds(1 / choice.plan.profile.rate)
        let end = clock.now + Self.mouseTime
        var circle = FullCircle()
        var (sent, last) = (0, UInt64(0))
        var due = clock.now
        while circle.finding == .turning, clock.now < end {
            try Task.checkCancellation()
            try await game.send(.look(dx: binding.look.dx.signum() * step, dy: 0))
            sent += step
            due += pace
            if due > clock.now { try await clock.sleep(until: due) } else { due = clock.now }
            // The first steps may be eaten by the window that has just got the pointer.
            guard sent > 4 * step, let frame = try await game.picture(after: last, by: clock.now + pace) else {
                continue
            }
            last = frame.sequence
            circle.look(at: frame, turned: Double(sent))
        }
        return circle
    }
}
