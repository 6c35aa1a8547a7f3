/// The hour, the light, and what time alone does to the player.
extension World {
    /// Hour of the day, 0..<24. The game starts at eight in the morning.
    var hour: Double {
        (8 + Double(tick) / Double(Self.ticksPerHour)).truncatingRemainder(dividingBy: 24)
    }

    /// Daylight, 0.25 (night) to 1.
    var light: Double {
        guard hour > 5, hour < 19 else { return 0.25 }
        return 0.25 + 0.75 * min(1, max(0, Trigonometry.sine((hour - 5) / 14 * .pi) * 1.4))
    }

    var isNight: Bool { light < 0.4 }

    mutating func noteNight() {
        if isNight {
            chronicle.achieve(.sawNight)
        } else if chronicle.has(.sawNight) {
            chronicle.achieve(.survivedNight)
        }
    }

    mutating func recover(held: Set<GameKey>) {
        player.swingCooldown = max(0, player.swingCooldown - 1)
        player.shoutCooldown = max(0, player.shoutCooldown - 1)
        player.hurt = max(0, player.hurt - 1)
        if !(held.contains(.leftAlt) && held.contains(.w)) {
            player.stamina = min(100, player.stamina + (player.isBlocking ? 0.35 : 0.9))
        }
        player.magicka = min(100, player.magicka + 0.18)
        player.combat = hunters.isEmpty ? max(0, player.combat - 1) : 40
        if player.combat == 0 { player.health = min(100, player.health + 0.10) }
    }

    mutating func discoverPlaces() {
        for index in places.indices where !places[index].isFound {
            let centre = places[index].centre
            guard player.distance(toX: centre.x, y: centre.y) < 4.5 else { continue }
            places[index].isFound = true
            toast.show(places[index].name)
            gainExperience(12)
            // Kinds of place and the first eight achievements are declared in the same order.
            if let found = Chronicle.Achievement(rawValue: places[index].kind.rawValue) { chronicle.achieve(found) }
        }
    }

    mutating func gainExperience(_ amount: Int) {
        player.experience += amount
        guard player.experience >= 40 * player.level else { return }
        player.experience -= 40 * player.level
        player.level += 1
        chronicle.achieve(.levelledUp)
        toast.show("LEVEL \(player.level)")
    }
}
