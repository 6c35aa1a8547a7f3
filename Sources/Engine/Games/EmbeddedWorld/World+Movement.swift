/// Walking, jumping and looking.
extension World {
    private static let bodyRadius = 0.22

    mutating func move(held: Set<GameKey>) {
        var ahead = (held.contains(.w) ? 1.0 : 0) - (held.contains(.s) ? 1.0 : 0)
        let aside = (held.contains(.d) ? 1.0 : 0) - (held.contains(.a) ? 1.0 : 0)
        if player.airborne > 0 {
            // A jump carries the player forward, also from standing.
            if player.airborne > 1, ahead == 0 { ahead = 1 }
            player.airborne -= 1
        }
        guard ahead != 0 || aside != 0 else { return }
        var pace = player.isSneaking ? 0.10 : 0.16
        if ahead > 0, held.contains(.leftAlt), player.stamina > 2 {
            pace = 0.26
            player.stamina -= 1.6
            chronicle.practise(.sprint)
        }
        if ahead != 0 { chronicle.practise(ahead > 0 ? .walk : .retreat) }
        if aside != 0 { chronicle.practise(aside > 0 ? .strafeRight : .strafeLeft) }
        let scale = pace / Trigonometry.length(ahead, aside)
        let (cosine, sine) = (Trigonometry.cosine(player.angle), Trigonometry.sine(player.angle))
        let dx = (cosine * ahead - sine * aside) * scale
        let dy = (sine * ahead + cosine * aside) * scale
        var (x, y) = (player.x, player.y)
        player.isBumped = !slide(x: &x, y: &y, dx: dx, dy: dy)
        (player.x, player.y) = (x, y)
    }

    mutating func jump() {
        guard player.airborne == 0 else { return }
        player.airborne = 4
        chronicle.practise(.jump)
    }

    /// Moves a body along each axis that is free: along walls it slides. False if it could not move at all.
    @discardableResult
    func slide(x: inout Double, y: inout Double, dx: Double, dy: Double) -> Bool {
        var hasMoved = false
        if dx != 0, !map.isSolid(x + dx + (dx < 0 ? -Self.bodyRadius : Self.bodyRadius), y) {
            x += dx
            hasMoved = true
        }
        if dy != 0, !map.isSolid(x, y + dy + (dy < 0 ? -Self.bodyRadius : Self.bodyRadius)) {
            y += dy
            hasMoved = true
        }
        return hasMoved
    }

    mutating func slide(_ index: Int, dx: Double, dy: Double) {
        var (x, y) = (creatures[index].x, creatures[index].y)
        slide(x: &x, y: &y, dx: dx, dy: dy)
        (creatures[index].x, creatures[index].y) = (x, y)
    }
}
