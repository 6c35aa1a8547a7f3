/// Faces what moves and fires at it; when hurt by someone unseen, looks round.
struct Marksman: Sendable {
    enum Action: Equatable {
        /// Degrees to turn.
        case face(Double)
        case fire
        case watch
        /// The heading to turn to.
        case look(Double)
    }

    /// Somebody that was recognised: in which direction, and how many degrees wide.
    struct Enemy: Sendable, Equatable {
        var heading: Double, width: Double
    }

    private var engagedAt = -100.0
    private var engagedSince = -100.0
    private var target: Double?
    private var firingUntil = -100.0
    private var volleys = 0
    /// Directions that moved without being hit: lights, pools. Until when each is left alone.
    private var ignored: [Int: Double] = [:]
    /// Headings still to look at, after being hurt.
    private var looks = 0
    private var heading: Double?
    private var hurtAt = -100.0
    /// Seconds.
    private static let longestFight = 2.5, longestUnderFire = 6.0, away = 4.0
    private var awayUntil = -100.0

    /// Health went down.
    mutating func hurt(at seconds: Double) {
        if seconds - hurtAt > 4, seconds - engagedAt > 2 { looks = 4 }
        hurtAt = seconds
    }

    /// Somebody who sees more says that an enemy is there: faces it, and fires if it moves.
    mutating func told(of heading: Double, at seconds: Double) {
        (target, engagedAt, looks) = (heading, seconds, 0)
        if seconds - engagedSince > 3 { engagedSince = seconds }
    }

    /// Standing here does harm: nothing is aimed at until then.
    mutating func leave(until seconds: Double) {
        awayUntil = seconds
        (looks, target, heading, firingUntil) = (0, nil, nil, -100)
    }

    /// What to do about what moves; nil: nothing, go on.
    /// `enemies`: those that were recognised, which need not move.
    mutating func next(
        _ movers: [Mover], enemies: [Enemy] = [], pose: Pose, at now: Double, standing: Double
    ) -> Action? {
        if now < awayUntil { return nil }
        if now < firingUntil { return .fire }
        let recognised = enemies.map { (bearing: ($0.heading - pose.heading).wrapped, width: $0.width) }
        let moving = movers.filter {
            $0.area >= 5 && $0.bottom > 0.47 && $0.top < 0.75 && $0.bottom - $0.top > 0.03 && !isWeapon($0)
        }
        let worthy = (recognised + moving.map { ($0.bearing, $0.width) }).first {
            now >= ignored[spot($0.bearing, pose), default: 0]
        }
        if let enemy = worthy {
            if now - engagedAt > 3 { engagedSince = now }
            (engagedAt, looks, heading) = (now, 0, nil)
            // Who stands is a target: a fight that takes longer is left, if one is not shot at all the time.
            if now - engagedSince > (now - hurtAt < 2 ? Self.longestUnderFire : Self.longestFight) {
                leave(until: now + Self.away)
                return nil
            }
            guard abs(enemy.bearing) <= max(2.2, enemy.width * 0.3) else {
                target = pose.heading + enemy.bearing
                return .face(enemy.bearing)
            }
            target = nil
            volleys += 1
            if volleys > 5 {
                volleys = 0
                ignored[spot(enemy.bearing, pose)] = now + 30
                return nil
            }
            firingUntil = now + 0.5
            return .fire
        }
        if let aim = target {
            let off = (aim - pose.heading).wrapped
            if abs(off) > 2.5, now - engagedAt < 0.8 { return .face(off) }
            target = nil
        }
        if now - engagedAt < 0.5 { return .watch }
        volleys = 0
        guard looks > 0 else { return nil }
        if let heading {
            if abs((heading - pose.heading).wrapped) > 8 { return .look(heading) }
            if standing < 0.3 { return .watch }
        }
        looks -= 1
        guard looks > 0 else { heading = nil; return nil }
        heading = pose.heading + 85
        return .look(pose.heading + 85)
    }

    private func isWeapon(_ mover: Mover) -> Bool { mover.top > 0.62 && abs(mover.bearing) < 12 }

    private func spot(_ bearing: Double, _ pose: Pose) -> Int {
        let place = OccupancyGrid.Place((pose.x, pose.y))
        return (place.x * 4096 + place.y) * 64 + Int(((pose.heading + bearing).wrapped / 8).rounded())
    }
}
