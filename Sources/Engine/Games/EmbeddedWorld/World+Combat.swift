/// Blows, shouts, wounds and death.
extension World {
    /// The attack button held this long makes a power attack: 0.6 game seconds.
    static let powerHold = 6

    /// Foes that hunt the player: indices of ``creatures``, in their order.
    var hunters: [Int] {
        creatures.indices.filter { index in
            let creature = creatures[index]
            return creature.isFoe && creature.isAlive && creature.alert >= 1
                && player.distance(toX: creature.x, y: creature.y) < 10
        }
    }

    /// The nearest living creature in sight within a distance (tiles) and an angle either way (radians).
    func target(within range: Double, cone: Double, where matches: (Creature) -> Bool) -> Int? {
        var nearest: (distance: Double, index: Int)?
        for (index, creature) in creatures.enumerated() where creature.isAlive && matches(creature) {
            let distance = player.distance(toX: creature.x, y: creature.y)
            guard distance < range, distance < nearest?.distance ?? .infinity,
                abs(player.bearing(toX: creature.x, y: creature.y)) < cone,
                map.isClear(fromX: player.x, y: player.y, toX: creature.x, y: creature.y)
            else { continue }
            nearest = (distance, index)
        }
        return nearest?.index
    }

    /// Whether the button makes a blow or a power attack is known when it is released or has been held long enough.
    mutating func prepareAttack(held: Set<GameKey>) {
        guard let ticks = player.attackHold else { return }
        if !held.contains(.mouseLeft) {
            player.attackHold = nil
            swing(power: false)
        } else if ticks + 1 >= Self.powerHold {
            player.attackHold = nil
            swing(power: true)
        } else {
            player.attackHold = ticks + 1
        }
    }

    private mutating func swing(power: Bool) {
        let cost = power ? 25.0 : 9
        guard player.swingCooldown == 0, player.stamina >= cost else { return }
        player.swingCooldown = power ? 9 : 5
        player.isSwingStrong = power
        player.stamina -= cost
        chronicle.practise(power ? .powerAttack : .attack)
        guard let index = target(within: 1.7, cone: 0.6, where: { $0.isFoe }) else { return }
        var damage = Double(11 + 2 * player.level) * (power ? 2 : 1)
        if player.isSneaking, creatures[index].alert < 1 {
            damage *= 3
            chronicle.stealth.won += 1
            chronicle.achieve(.backstabbed)
        }
        creatures[index].health -= damage
        creatures[index].alert = 1.2
        chronicle.hits += 1
        if !creatures[index].isAlive { slay(index) }
    }

    private mutating func slay(_ index: Int) {
        creatures[index].cooldown = 0
        let kind = creatures[index].kind
        chronicle.kills += 1
        chronicle.fights.won += 1
        player.gold += kind.traits.purse
        gainExperience(kind.traits.experience)
        switch kind {
        case .townsfolk: break
        case .wolf:
            chronicle.achieve(.slewWolf)
            toast.show("WOLF SLAIN")
        case .bandit:
            chronicle.achieve(.slewBandit)
            toast.show("BANDIT SLAIN")
        case .draugr:
            chronicle.achieve(.slewDraugr)
            toast.show("DRAUGR SLAIN")
            if !creatures.contains(where: { $0.kind == .draugr && $0.isAlive }) {
                chronicle.quests += 1
                chronicle.achieve(.barrowCleared)
            }
        }
    }

    /// Pushes hunters back and stuns them.
    mutating func shout() {
        guard player.shoutCooldown == 0 else { return }
        player.shoutCooldown = 300
        chronicle.practise(.shout)
        for index in hunters {
            let (dx, dy) = (creatures[index].x - player.x, creatures[index].y - player.y)
            let distance = Trigonometry.length(dx, dy)
            guard distance < 5, distance > 0 else { continue }
            slide(index, dx: dx / distance * 1.5, dy: dy / distance * 1.5)
            creatures[index].cooldown = 25
            chronicle.achieve(.shoutHit)
        }
    }

    mutating func heal() {
        guard player.magicka >= 1.5, player.health < 100 else { return }
        player.magicka -= 1.5
        player.health = min(100, player.health + 1.6)
        player.isHealing = true
        chronicle.practise(.heal)
        chronicle.achieve(.castHeal)
    }

    mutating func strikePlayer(by index: Int) {
        let creature = creatures[index]
        creatures[index].cooldown = creature.kind.traits.recovery
        var damage = creature.kind.traits.damage
        if player.isBlocking, abs(player.bearing(toX: creature.x, y: creature.y)) < 1 {
            damage *= 0.25
            player.stamina = max(0, player.stamina - 5)
            chronicle.practise(.block)
            chronicle.achieve(.blocked)
        } else {
            player.hurt = 3
        }
        player.health -= damage
    }

    /// Death costs a fifth of the gold, and one wakes up in the city.
    mutating func die() {
        chronicle.deaths += 1
        chronicle.fights.lost += 1
        player.x = Double(places[0].x) + 0.5
        player.y = Double(places[0].y) + 3.5
        (player.health, player.magicka, player.stamina) = (100, 100, 100)
        player.gold = player.gold * 4 / 5
        player.isSneaking = false
        player.hurt = 0
        screen = .scene
        toast.show("YOU DIED")
        for index in creatures.indices { creatures[index].alert = 0 }
    }
}
