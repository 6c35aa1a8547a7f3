import Basics
import Games
import Navigation
import Record
import Synchronization
import Vision

/// Plays a game whose pictures are understood: the navigator, the keys that its controls are, and whether it has them
/// at the moment. Whoever looks shows it each picture; while one of its actions is played, the keys follow its moves.
package final class Pilot: Sendable {
    /// In the order in which the controls are told of and pressed: who runs holds that key before another goes down.
    private static let controls: [(control: Controls, name: String)] = [
        (.run, "run"), (.forward, "forward"), (.back, "back"), (.turnLeft, "turnLeft"), (.turnRight, "turnRight"),
        (.strafeLeft, "strafeLeft"), (.strafeRight, "strafeRight"), (.fire, "fire"), (.use, "use"), (.leave, "leave"),
    ]
    /// The names that a game profile binds to keys.
    static var controlNames: [String] { controls.map(\.name) }

    /// From a picture to one that can show the keys pressed for it, in seconds: three of the game's steps in a window
    /// on Xvfb, measured against the engine's own angle.
    private static let latency = 3.0 / 35
    /// Two of the game's steps and a little less, as pictures may come a little early: in shorter ones nothing moves
    /// far enough to be measured.
    private static let leastApart = Duration.milliseconds(50)
    /// Of the time, what recognising may take at most, as one in so many: a debug build needs a while for a picture.
    private static let shareOfRecognising = 4
    /// Seconds that one who is told to retreat stands against nobody.
    private static let retreat = 5.0

    private struct State {
        var navigator: Navigator
        var hud: HUDReader
        var move = Navigation.Move([], .waits)
        /// When the newest was taken that was looked at.
        var seen = Duration.seconds(-1)
        var isSteering = false
        /// Whether a menu was being left when it was given the keys.
        var wasInMenu = false
        /// In a picture that was only steered by.
        var sawDeath = false
    }

    private let keys: [(control: Controls, key: GameKey)]
    private let state: Mutex<State>
    private let recogniser: Recogniser?
    private let pictures = NewestSlot<Frame>()

    /// - Parameter keys: the key of each control by its name; what is not bound is not pressed.
    package init(keys: [String: GameKey], hud: HUDReader, recogniser: Recogniser? = nil, seed: UInt64) {
        self.recogniser = recogniser
        var laws = MotionLaws.doom
        laws.latency = Self.latency
        self.keys = Self.controls.compactMap { control in keys[control.name].map { (control.control, $0) } }
        state = Mutex(State(navigator: Navigator(laws: laws, seed: seed), hud: hud))
    }

    /// Recognises what is in the newest pictures, until the task is cancelled. It computes for milliseconds at a time:
    /// it belongs on no event loop.
    func recognise() async {
        guard let recogniser else { return }
        let viewShare = state.withLock(\.navigator.view.viewShare)
        let clock = ContinuousClock()
        while let frame = try? await pictures.take() {
            let start = clock.now
            let columns = recogniser.look(at: frame, viewShare: viewShare)
            state.withLock { $0.navigator.recognise(columns, at: frame.gameTime.seconds) }
            try? await clock.sleep(until: .now + (clock.now - start) * (Self.shareOfRecognising - 1))
        }
    }

    /// Takes in the next picture. One that is older than the newest is let pass.
    func look(at frame: Frame) {
        state.withLock { state in
            var reading = Reading()
            take(frame, into: &reading, &state)
            if reading.health == 0 { state.sawDeath = true }
        }
    }

    /// Takes in the next picture, and tells what was understood of it.
    func read(_ frame: Frame, into reading: inout Reading) {
        state.withLock { state in
            take(frame, into: &reading, &state)
            // As a game that says it in words: what counts deaths reads those. One may have gone on before this picture.
            if reading.health == 0 || state.sawDeath { reading.toast = "YOU DIED" }
            state.sawDeath = false
        }
    }

    private func take(_ frame: Frame, into reading: inout Reading, _ state: inout State) {
        state.hud.read(frame, into: &reading)
        if frame.gameTime >= state.seen + Self.leastApart {
            state.seen = frame.gameTime
            state.navigator.see(frame, vitals: Vitals(reading))
            if recogniser != nil { pictures.put(frame) }
            state.move = state.navigator.next()
            state.navigator.hold(state.isSteering ? state.move : nil)
        }
        reading.scene = state.navigator.isUnheeded ? .menu : .dungeon
        reading.enemies = state.navigator.movers.count
        reading.enemyBearing = state.navigator.movers.first?.bearing
    }

    /// A model's intent: an enemy that it saw is where it was in the picture that was shown to it.
    func follow(_ intent: Intent) {
        state.withLock { state in
            switch intent.kind {
            case .engageEnemy:
                guard let bearing = intent.bearing, let then = state.navigator.pose(at: intent.gameTime)
                else { return }
                state.navigator.engage(heading: then.heading + bearing)
            case .retreat: state.navigator.retreat(for: Self.retreat)
            default: return
            }
        }
    }

    /// What it would do now. A model that wants just that is named.
    func propose(_ situation: Situation) -> (Proposal, DecisionSource) {
        let reason = state.withLock(\.move.reason)
        // Below that nothing else may start; and it knows no better rescue than what it does.
        let isCritical = (situation.reading.health ?? 100) < Arbiter.criticalHealth
        var proposal = Proposal(
            reason.isFight ? .engage : .navigate, isCritical ? .critical : .normal, reason.rawValue)
        guard let intent = situation.intent, intent.isAlive(at: situation.reading.gameTime),
            (intent.kind == .engageEnemy) == reason.isFight
        else { return (proposal, .heuristic) }
        proposal.reason += " (model: \(intent.reason))"
        return (proposal, .model)
    }

    /// It has the keys from now on, or has them no more.
    func steers(_ on: Bool) {
        state.withLock { state in
            state.isSteering = on
            state.wasInMenu = state.move.reason == .leavesMenu
            state.navigator.hold(on ? state.move : nil)
        }
    }

    /// Whether what it wants is still that action. A menu that comes or goes is for the next one: each decision tells
    /// why, and this one was made for another reason.
    func wants(_ action: ActionKind) -> Bool {
        state.withLock { state in
            state.move.reason.isFight == (action == .engage)
                && (state.move.reason == .leavesMenu) == state.wasInMenu
        }
    }

    /// The keys that are to be down now, in the order in which they go down.
    var wanted: [GameKey] {
        let controls = state.withLock(\.move.controls)
        return keys.filter { controls.contains($0.control) }.map(\.key)
    }
}

extension Vitals {
    init(_ reading: Reading) {
        self.init(
            health: reading.health.map { Int($0) }, armour: reading.armour.map { Int($0) },
            ammunition: reading.ammunition)
    }
}
