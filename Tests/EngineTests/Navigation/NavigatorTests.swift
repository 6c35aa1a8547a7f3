import Foundation
import Testing

@testable import Navigation
@testable import Vision

/// A game without a screen: the laws of motion, the walls of a world, and pictures of it.
private struct Play {
    var world: RoomPainter
    var body = DeadReckoning(laws: .doom)
    var navigator = Navigator()
    var vitals = Vitals(health: 100, ammunition: 50)
    var step = 0
    var moves: [Move] = []
    private var pending: Controls = []

    init(_ rows: [String]) { world = RoomPainter(rows) }

    /// One picture and the two steps until the next. True while the use key is down.
    mutating func turn() -> Bool {
        navigator.see(world.frame(from: body.pose, at: Double(step) / 35, number: UInt64(step)), vitals: vitals)
        let move = navigator.next()
        navigator.hold(move)
        moves.append(move)
        for _ in 0..<2 {
            let before = body
            body.step(pending)
            // A body is 32 wide; a wall stops what goes into it and lets slide along it.
            if touches(body.pose.x, before.pose.y) { (body.pose.x, body.velocity.x) = (before.pose.x, 0) }
            if touches(body.pose.x, body.pose.y) { (body.pose.y, body.velocity.y) = (before.pose.y, 0) }
        }
        step += 2
        pending = move.controls
        return move.controls.contains(.use)
    }

    private func touches(_ x: Double, _ y: Double) -> Bool {
        [-16.0, 16].contains { dx in [-16.0, 16].contains { world.isWall(x + dx, y + $0) } }
    }
}

@Suite("Playing by pictures")
struct NavigatorTests {
    @Test("A door that opens is gone through")
    func door() {
        var play = Play(["#####", "#   #", "#   #", "##D##", "##P##", "#####"].map { $0.replacing("D", with: "#") })
        let open = ["#####", "#   #", "#   #", "## ##", "##P##", "#####"]
        var pushes = 0
        while play.step < 35 * 40, play.body.pose.y < 90 {
            if play.turn(), abs(play.body.pose.heading.wrapped) < 30, play.body.pose.y > -10 {
                pushes += 1
                play.world.rows = open
            }
        }
        #expect(pushes > 0)
        #expect(play.body.pose.y >= 90)
    }

    @Test("The frame of a door that stops one shoulder is evaded", arguments: [-26.0, -18, 18, 26])
    func frame(aside: Double) {
        var play = Play(["#####", "#   #", "#   #", "## ##", "# P #", "#####"])
        play.body.pose.x = aside
        _ = play.turn()
        play.navigator.passesUntil = 1.5
        while play.step < 35 * 3 / 2 { _ = play.turn() }
        #expect(play.body.pose.y > 64)
    }

    @Test("Who has to turn far goes there meanwhile",
        arguments: [
            (-10, .forward), (45, [.forward, .strafeRight]), (-90, .strafeLeft), (135, [.back, .strafeRight]),
            (-170, .back),
        ] as [(Double, Controls)])
    func sideways(bearing: Double, controls: Controls) {
        #expect(Navigator.legs(bearing) == controls)
        var body = DeadReckoning(laws: .doom)
        for _ in 0..<10 { body.step(controls) }
        #expect(abs((Pose().bearing(to: (body.pose.x, body.pose.y)) - bearing).wrapped) < 22.5)
    }

    @Test("A new place behind one's back is gone to without standing to turn")
    func backwards() {
        var play = Play(["###", "#P#", "# #", "# #", "# #", "# #", "###"])
        // In the middle of a place; the next is 64 units behind, and was seen.
        play.navigator.place.set(Pose(x: 64, y: 64))
        let behind = play.world.scan(from: Pose(heading: 180))
        play.navigator.grid.add(behind, from: Pose(x: 64, y: 64, heading: 180))
        while play.step < 28 { _ = play.turn() }
        #expect(play.moves.contains { $0.reason == .explores && $0.controls.contains(.back) })
        #expect(play.body.pose.y < -16, "\(play.body.pose)")
    }

    @Test("A key that comes up a step early or late is seen to: the direction is the true one", arguments: [1, 2, 3])
    func late(steps: Int) {
        let world = RoomPainter(["########", "#      #", "#  ##  #", "#  P   #", "#      #", "########"])
        var (body, navigator) = (DeadReckoning(laws: .doom), Navigator())
        for step in stride(from: 0, to: 24, by: 2) {
            navigator.see(
                world.frame(from: body.pose, at: Double(step) / 35, number: UInt64(step)), vitals: Vitals(health: 100))
            navigator.hold(Move(step < 10 ? [.turnRight, .run] : [], .explores))
            for at in step..<step + 2 { body.step(at >= 2 && at < 10 + steps ? [.turnRight, .run] : []) }
        }
        navigator.see(world.frame(from: body.pose, at: 24.0 / 35, number: 24), vitals: Vitals(health: 100))
        #expect(abs(navigator.pose.heading - body.pose.heading) < 0.1)
    }

    /// The same picture at another time.
    private func again(_ frame: Frame, at step: Int) -> Frame {
        Frame(
            width: frame.width, height: frame.height, rgb: frame.rgb, sequence: UInt64(step), capturedAt: .now,
            gameTime: .milliseconds(step * 2000 / 35))
    }

    @Test("A direction that is not the one believed is found again by the walls")
    func walls() {
        var world = RoomPainter(["#####", "#   #", "# P #", "#   #", "#####"])
        world.size = (640, 480)
        let before = world.frame(from: Pose(), at: 0)
        // Something turns one by ten degrees, and no key was pressed.
        let after = world.frame(from: Pose(heading: 10), at: 0)
        var navigator = Navigator()
        for step in 0..<80 {
            navigator.see(again(step < 30 ? before : after, at: step), vitals: Vitals(health: 100))
            navigator.hold(nil)
        }
        #expect(abs(navigator.pose.heading - 10) < 3, "\(navigator.pose.heading)")
    }

    @Test("Who died knows the level, who left it does not", arguments: [(10, true), (60, false)])
    func restart(health: Int, knows: Bool) {
        let world = RoomPainter(["#####", "#   #", "# P #", "#   #", "#####"])
        let (there, home) = (world.frame(from: Pose(heading: 80), at: 0), world.frame(from: Pose(), at: 0))
        var navigator = Navigator()
        for step in 0..<20 {
            navigator.see(again(there, at: step), vitals: Vitals(health: health, ammunition: 50))
            navigator.hold(nil)
        }
        // Something behind one's back.
        navigator.grid.block((0, -200))
        #expect(navigator.grid.isWall((0, -200)))
        navigator.see(again(home, at: 20), vitals: Vitals(health: 100, ammunition: 50))
        #expect(navigator.grid.isWall((0, -200)) == knows)
    }

    @Test("The same pictures lead to the same moves")
    func deterministic() {
        func moves() -> [Move] {
            var play = Play(["#####", "#   #", "# P #", "#####"])
            for _ in 0..<40 { _ = play.turn() }
            return play.moves
        }
        #expect(moves() == moves())
    }

    @Test("What moves while one stands is faced and fired at")
    func fires() {
        var marksman = Marksman()
        let mover = Mover(bearing: 20, width: 4, top: 0.4, bottom: 0.6, area: 40)
        #expect(marksman.next([mover], pose: Pose(), at: 1, standing: 1) == .face(20))
        #expect(marksman.next([], pose: Pose(heading: 12), at: 1.1, standing: 0) == .face(8))
        let ahead = Mover(bearing: 0.5, width: 4, top: 0.4, bottom: 0.6, area: 40)
        #expect(marksman.next([ahead], pose: Pose(heading: 20), at: 1.5, standing: 1) == .fire)
    }

    @Test("What moves and is not hit is left alone after five volleys")
    func lamp() {
        var marksman = Marksman()
        let lamp = Mover(bearing: 0, width: 4, top: 0.4, bottom: 0.6, area: 40)
        var volleys = 0
        for second in 0..<12 where marksman.next([lamp], pose: Pose(), at: Double(second), standing: 1) == .fire {
            volleys += 1
        }
        #expect(volleys == 5)
    }

    @Test("Who died presses the key that goes on")
    func dead() {
        var play = Play(["###", "#P#", "###"])
        for _ in 0..<10 { _ = play.turn() }
        play.vitals.health = 0
        var pressed: Set<Bool> = []
        for _ in 0..<20 { pressed.insert(play.turn()) }
        #expect(pressed == [true, false])
        #expect(play.moves.last?.reason == .revives)
    }

    /// A screen that covers the world, as games of the first generation have it: a page that one key turns, and a
    /// menu, which another key opens over it and leaves again, and which takes all keys while it is there: the one
    /// that goes ahead moves its cursor up.
    private struct Cover {
        var isMenu: Bool
        var pages: Int
        private var row = 0
        private var down: Controls = []

        init(isMenu: Bool, pages: Int) { (self.isMenu, self.pages) = (isMenu, pages) }

        var isThere: Bool { isMenu || pages > 0 }

        mutating func press(_ controls: Controls) {
            defer { down = controls }
            if controls.contains(.leave), !down.contains(.leave) { isMenu.toggle() }
            if controls.contains(.use), !down.contains(.use), !isMenu { pages -= 1 }
            if controls.contains(.forward), !down.contains(.forward) { row = (row + 1) % 6 }
        }

        func frame(at seconds: Double, number: UInt64) -> Frame {
            let rooms = [["###", "#P#", "###"], ["####", "#P##", "####"], ["###", "#P#", "# #", "###"]]
            let page = RoomPainter(rooms[pages])
            let frame = page.frame(from: Pose(heading: isMenu ? 45 : 0), at: seconds, number: number)
            guard isMenu else { return frame }
            // The cursor is a sixteenth as wide as the picture, and nearly as high.
            var rgb = frame.rgb
            let side = frame.width / 16
            for y in row * side..<(row + 1) * side {
                for x in side..<2 * side {
                    for channel in 0..<3 { rgb[(y * frame.width + x) * 3 + channel] = 255 }
                }
            }
            return Frame(
                width: frame.width, height: frame.height, rgb: rgb, sequence: number, capturedAt: .now,
                gameTime: frame.gameTime)
        }
    }

    @Test("What takes the keys, a menu or the pages at the end of a level or both, is known and left",
        arguments: [(true, 0), (false, 1), (false, 2), (true, 2)], [57, 300])
    func covered(_ cover: (isMenu: Bool, pages: Int), apart: Int) {
        var cover = Cover(isMenu: cover.isMenu, pages: cover.pages)
        var navigator = Navigator()
        let wasMenu = cover.isMenu
        var (step, wasKnown) = (0, false)
        while cover.isThere, step * apart < 20_000 {
            let frame = cover.frame(at: Double(step * apart) / 1000, number: UInt64(step))
            navigator.see(frame, vitals: Vitals())
            let move = navigator.next()
            navigator.hold(move)
            cover.press(move.controls)
            #expect(navigator.isUnheeded == (move.reason == .leavesMenu))
            wasKnown = wasKnown || navigator.isUnheeded
            step += 1
        }
        // A page may be turned before that by who takes it for a wall and pushes it.
        #expect(!cover.isThere && (wasKnown || !wasMenu))
    }
}
