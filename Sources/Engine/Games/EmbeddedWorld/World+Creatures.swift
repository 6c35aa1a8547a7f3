import Basics

/// What everybody else does in a tick.
extension World {
    /// Ticks until a slain foe is back at its home: 150 game seconds.
    private static let absence = 1500

    mutating func live(_ index: Int) {
        if !creatures[index].isAlive {
            return returnIfDue(index)
        }
        creatures[index].cooldown = max(0, creatures[index].cooldown - 1)
        if creatures[index].isFoe {
            hunt(index)
        } else {
            stroll(index)
        }
    }

    private mutating func returnIfDue(_ index: Int) {
        creatures[index].cooldown -= 1
        guard creatures[index].cooldown < -Self.absence else { return }
        creatures[index].health = creatures[index].kind.traits.health
        (creatures[index].x, creatures[index].y) = (creatures[index].homeX, creatures[index].homeY)
        creatures[index].cooldown = 0
        creatures[index].alert = 0
    }

    private mutating func stroll(_ index: Int) {
        let distance = player.distance(toX: creatures[index].x, y: creatures[index].y)
        if random.unit() < 0.02 { creatures[index].direction = random.unit() * Trigonometry.turn }
        // Townsfolk wait for whoever comes close to talk.
        guard distance > 2 else { return }
        let creature = creatures[index]
        let (awayX, awayY) = (creature.x - creature.homeX, creature.y - creature.homeY)
        if random.unit() < 0.3, Trigonometry.length(awayX, awayY) < 3 {
            step(index, direction: creature.direction, length: creature.kind.traits.pace)
        } else {
            slide(index, dx: -awayX * 0.02, dy: -awayY * 0.02)
        }
    }

    private mutating func hunt(_ index: Int) {
        let creature = creatures[index]
        let distance = player.distance(toX: creature.x, y: creature.y)
        var sight = creature.kind.traits.sight
        if isNight, creature.kind != .wolf { sight *= 0.6 }
        if player.isSneaking { sight *= 0.4 }
        if screen == .scene, distance < sight,
            map.isClear(fromX: creature.x, y: creature.y, toX: player.x, y: player.y)
        {
            creatures[index].alert = min(1.2, creature.alert + (player.isSneaking ? 0.05 : 0.12))
        } else {
            creatures[index].alert = max(0, creature.alert - (distance < 9 ? 0.01 : 0.05))
        }
        let alert = creatures[index].alert
        if creature.alert < 1, alert >= 1, player.isSneaking { chronicle.stealth.lost += 1 }
        if alert >= 1 {
            player.combat = 40
            if distance > 1 {
                let pace = creature.kind.traits.pace / distance
                slide(index, dx: (player.x - creature.x) * pace, dy: (player.y - creature.y) * pace)
            } else if creature.cooldown == 0 {
                strikePlayer(by: index)
            }
        } else if random.unit() < 0.03 {
            creatures[index].direction = random.unit() * Trigonometry.turn
        } else if random.unit() < 0.4,
            Trigonometry.length(creature.x - creature.homeX, creature.y - creature.homeY) < 5
        {
            step(index, direction: creature.direction, length: 0.08)
        }
    }

    private mutating func step(_ index: Int, direction: Double, length: Double) {
        slide(
            index, dx: Trigonometry.cosine(direction) * length, dy: Trigonometry.sine(direction) * length)
    }
}
