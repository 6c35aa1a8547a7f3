import Basics
import Vision

/// What the status bar says, as far as it could be read.
package struct Vitals: Sendable, Equatable {
    package var health: Int?, armour: Int?, ammunition: Int?

    package init(health: Int? = nil, armour: Int? = nil, ammunition: Int? = nil) {
        self.health = health
        self.armour = armour
        self.ammunition = ammunition
    }

    var isDead: Bool { health == 0 }
}

/// Plays a first-person game by its pictures alone: goes where it was not yet, pushes what stops it, and fires at what
/// moves while it stands still. Every picture is seen once, and after each the next move is asked for. What is
/// recognised in pictures adds to that: enemies that stand, doors, and what is too low for the eye.
package struct Navigator: Sendable {
    package let laws: MotionLaws
    package let view: Viewpoint
    package internal(set) var grid: OccupancyGrid
    package internal(set) var scan = RangeScan(depths: [], bearings: [])
    /// What moved, if one stood still long enough to tell.
    package internal(set) var movers: [Mover] = []
    /// Enemies that were recognised in the newest picture that was looked at, the largest first.
    private(set) var enemies: [Marksman.Enemy] = []
    /// The share of the last picture that changed.
    package internal(set) var change = 1.0

    /// Seconds that enemies are where they were recognised.
    private static let trusted = 0.4
    /// How likely an enemy must be, and how many degrees wide.
    private static let leastEnemy = 0.9, narrowest = 4.0
    /// Pictures: half a minute of them.
    private static let remembered = 1024
    /// Where one was in the last pictures, and what the walls were.
    private var views: [(at: Double, pose: Pose, scan: RangeScan)] = []
    private var recognisedAt = -100.0

    var place: Localisation
    var explorer = Explorer()
    var marksman = Marksman()
    var random: SeededGenerator
    /// Seconds of the game.
    var now = 0.0
    /// Since when one stands, with nothing pressed.
    var stillSince = 0.0
    var vitals = Vitals()
    private var picture: GreyPicture?
    /// For how many seconds the picture has stood while one turned: a menu takes the keys, or the game is paused. And
    /// when much of it changed last.
    private var unheeded = 0.0, changedAt = -100.0
    /// How many keys were pressed to go on from there, and when the last one was.
    var wayOut: (presses: Int, at: Double)?
    private var hurtAt = -100.0
    private var lastReason: Move.Reason?
    /// Whether the key that opens doors is down, and since when it is so.
    var use = (isDown: false, at: -100.0)

    /// The first picture, by which the direction is known again when a level begins anew.
    private var home: GreyPicture?
    /// A level began anew, and the direction is not known yet.
    private var isHome = false
    var waitUntil = 0.3

    // The way being walked.
    var way: Explorer.Way?
    var plannedAt = -1.0
    /// Moves that follow whatever is seen: each until its time.
    var script: [(move: Move, until: Double)] = []
    /// Where one was a while ago: who does not get away from there has to try something else.
    var anchor = (pose: Pose(), at: 0.0)
    /// What was pushed, as long as it may open: where it is, how far it was, and how long it may still take.
    var opening: (point: (x: Double, y: Double), depth: Double, since: Double, until: Double)?

    /// Until when one walks straight on through a door or past a corner, and when a corner stopped one last.
    var passesUntil = -1.0, snaggedAt = -100.0

    /// `memory`: seconds after which what was not seen again is forgotten.
    package init(laws: MotionLaws = .doom, view: Viewpoint = Viewpoint(), memory: Double = 120, seed: UInt64 = 1) {
        self.laws = laws
        self.view = view
        place = Localisation(laws: laws)
        grid = OccupancyGrid(memory: memory)
        random = SeededGenerator(seed: seed)
    }

    /// An enemy is in that direction.
    package mutating func engage(heading: Double) { marksman.told(of: heading, at: now) }

    /// Stands against nobody for so many seconds.
    package mutating func retreat(for seconds: Double) { marksman.leave(until: now + seconds) }

    /// Keys have been without any effect for so long that something else than the world must take them.
    package var isUnheeded: Bool { unheeded > 1 }

    /// Where it believes to be.
    package var pose: Pose { place.pose }

    /// Where it believed to be in the picture of that moment, if that is not longer ago than half a minute.
    package func pose(at seconds: Double) -> Pose? { views.last { $0.at <= seconds + 0.001 }?.pose }

    /// What to hold until the next picture: ask once for each, and say with ``hold(_:)`` what became of it.
    package mutating func next() -> Move { decide() }

    /// What is held from now on, also when it is nothing because nobody plays.
    package mutating func hold(_ move: Move?) {
        lastReason = move?.reason
        let isPushing = move?.controls.contains(.use) ?? false
        if isPushing != use.isDown { use = (isPushing, now) }
        place.command(move?.controls ?? [], at: now)
    }

    /// What was recognised in the picture of that moment. It may come late, but what comes later than it is to be
    /// trusted is let pass.
    package mutating func recognise(_ columns: [Recogniser.Column], at time: Double) {
        guard let (_, then, scan) = views.last(where: { $0.at <= time + 0.001 }), now - time < Self.trusted
        else { return }
        (enemies, recognisedAt) = ([], now)
        let half = 1 / Double(columns.count)
        for group in columns.split(whereSeparator: { $0.enemy < Self.leastEnemy }) {
            guard let first = group.first, let last = group.last else { continue }
            let (left, right) = (view.bearing(of: first.position - half), view.bearing(of: last.position + half))
            enemies.append(Marksman.Enemy(heading: then.heading + (left + right) / 2, width: right - left))
        }
        enemies.removeAll { $0.width < Self.narrowest }
        enemies.sort { $0.width > $1.width }
        grid.add(columns, scan, from: then, view)
    }

    // MARK: Seeing

    /// The next picture of the game, at `frame.gameTime`, with what its status bar says.
    package mutating func see(_ frame: Frame, vitals seen: Vitals) {
        let time = frame.gameTime.seconds
        let new = GreyPicture(frame, view)
        let (old, earlier) = (picture, scan)
        scan = RangeScan(frame, view)
        change = old.map { new.change(from: $0) } ?? 1
        let evidence = old.map { old in
            Localisation.Evidence(
                odometry: VisualOdometry(old: old, new: new, depths: scan.depths, view: view), scan: scan,
                earlier: earlier, change: change)
        }
        place.advance(to: time, by: evidence)
        let passed = time - now
        if case .explores? = lastReason { explorer.spend(passed, at: time) }
        now = time
        picture = new
        notice(seen)
        if place.reckoning.speed > 0.6 || !place.held(at: now).isEmpty { stillSince = now }
        movers = []
        if now - stillSince > 0.15, let old { movers = MotionDetector.movers(from: old, to: new, view) }
        noticeUnheeded(for: passed)
        findHome(new)
        if now - recognisedAt > Self.trusted { enemies = [] }
        views.append((now, pose, scan))
        if views.count > Self.remembered { views.removeFirst(Self.remembered / 2) }
        grid.enter(pose, at: now)
        grid.add(scan, from: pose)
    }

    /// Nothing of a menu turns, but its cursor moves with the key that goes ahead, and what is pressed to go on shows
    /// another page: the world is what changes much from picture to picture.
    private mutating func noticeUnheeded(for seconds: Double) {
        if change > 0.02 {
            // What is pressed next to go on is later than that, unless pictures are rarer.
            if now - changedAt < max(0.5, 1.5 * seconds) { (unheeded, wayOut) = (0, nil) }
            changedAt = now
        } else if !place.held(at: now).isDisjoint(with: [.turnLeft, .turnRight]) {
            unheeded += seconds
        }
    }

    private mutating func notice(_ seen: Vitals) {
        let old = vitals
        vitals.health = seen.health ?? old.health
        vitals.armour = seen.armour ?? old.armour
        vitals.ammunition = seen.ammunition ?? old.ammunition
        guard let health = vitals.health, let was = old.health else { return }
        if health < was - 2 {
            // Poison on the floor hurts at even intervals; and who has little left does not stand and aim.
            let since = now - hurtAt
            let isFloor = since > 0.8 && since < 1.05
            if isFloor { grid.harm((pose.x, pose.y)) }
            if isFloor || health < 25 {
                marksman.leave(until: now + 5)
            } else {
                marksman.hurt(at: now)
            }
            hurtAt = now
        }
        // A level that begins again, after death or because it was left.
        if health == 100, was < 100, change > 0.3, vitals.ammunition == 50 || was < 30 {
            restart(isSameLevel: was < 30)
        }
    }

    /// The level began again: one stands where one began, and only what was pressed last may still turn one. Who died
    /// is in the same level, and knows it.
    private mutating func restart(isSameLevel: Bool) {
        waitUntil = now + 0.35
        isHome = true
        place.restart()
        if !isSameLevel { grid.forget() }
        explorer.restart()
        marksman = Marksman()
        (way, script, opening, passesUntil) = (nil, [], nil, now)
        anchor = (pose, now)
    }

    /// After a restart one stands where one stood first; the first picture tells how far one has turned since.
    private mutating func findHome(_ new: GreyPicture) {
        guard now >= waitUntil else { return }
        guard let home else { return home = new }
        guard isHome else { return }
        isHome = false
        let odometry = VisualOdometry(old: home, new: new, depths: [], view: view)
        let turns = stride(from: -45.0, through: 45, by: laws.firstTurn / 2)
        place.restart(at: Pose(heading: turns.min { odometry.turnError($0) < odometry.turnError($1) } ?? 0))
    }
}
