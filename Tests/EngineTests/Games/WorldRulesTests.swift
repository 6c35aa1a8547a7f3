@testable import Engine

import Testing

@testable import Basics
@testable import Games
@testable import Vision

@Suite("Embedded world: what the keys do", .shared)
struct WorldRulesTests {
    /// A world with nobody in it but a creature in front of the player, who looks east on open ground.
    private func meadow(_ kind: Creature.Kind? = nil, ahead: Double = 1.2) -> World {
        var world = World(seed: 1)
        // The shore of the lake was cleared, and its east side is dry.
        let (x, y) = (Double(world.places[3].x) - 4.4, Double(world.places[3].y) + 4.5)
        (world.player.x, world.player.y, world.player.heading) = (x, y, 0)
        world.creatures = kind.map { [Creature($0, name: "SOMEBODY", x: x + ahead, y: y)] } ?? []
        for index in world.places.indices { world.places[index].isFound = true }
        return world
    }

    private func hold(_ keys: [GameKey], ticks: Int, in world: inout World) {
        for tick in 0..<ticks { world.step(held: Set(keys), pressed: tick == 0 ? keys : []) }
    }

    @Test("Walking, sprinting and sneaking have their own pace, and sprinting tires")
    func paces() {
        var world = meadow()
        let start = world.player.x
        hold([.w], ticks: 1, in: &world)
        #expect(abs(world.player.x - start - 0.16) < 1e-9)
        hold([.leftAlt, .w], ticks: 1, in: &world)
        #expect(abs(world.player.x - start - 0.42) < 1e-9)
        #expect(world.player.stamina < 100)
        hold([.leftControl], ticks: 1, in: &world)
        #expect(world.player.isSneaking)
        hold([.w], ticks: 1, in: &world)
        #expect(abs(world.player.x - start - 0.52) < 1e-9)
    }

    @Test("Three pixels of mouse motion are a degree, and a full circle is exactly that")
    func turning() {
        var world = meadow()
        world.step(look: (270, 0))
        #expect(abs(world.player.angle - .pi / 2) < 1e-12)
        world.step(look: (-270 - 1080 * 3, 0))
        #expect(world.player.heading == 0)
        world.step(look: (0, -100_000))
        #expect(world.player.pitch == Player.pitchLimit)
    }

    @Test("A wall stops the player and is told as a bump")
    func walls() {
        var world = meadow()
        world.player.heading = 810
        for _ in 0..<400 { hold([.w], ticks: 1, in: &world) }
        #expect(world.player.isBumped)
    }

    @Test("The attack button strikes on release, and with power after 0.6 s")
    func attacks() {
        var quick = meadow(.draugr)
        hold([.mouseLeft], ticks: 3, in: &quick)
        #expect(quick.creatures[0].health == 45)
        quick.step()
        #expect(quick.creatures[0].health == 45 - 13)
        var strong = meadow(.draugr)
        hold([.mouseLeft], ticks: 5, in: &strong)
        #expect(strong.creatures[0].health == 45)
        strong.step(held: [.mouseLeft])
        #expect(strong.creatures[0].health == 45 - 26)
        for _ in 0..<3 { strong.step() }
        #expect(strong.creatures[0].health == 45 - 26)
    }

    @Test("An unnoticed blow out of hiding hurts three times as much")
    func backstab() {
        var world = meadow(.draugr)
        world.player.isSneaking = true
        world.step(held: [.mouseLeft], pressed: [.mouseLeft])
        world.step()
        #expect(world.creatures[0].health == 45 - 39)
        #expect(world.truth.achievements.contains("backstabbed"))
    }

    @Test("Blocking takes three quarters of a blow away")
    func blocking() {
        var (open, shielded) = (meadow(.draugr, ahead: 0.9), meadow(.draugr, ahead: 0.9))
        open.creatures[0].alert = 1.2
        shielded.creatures[0].alert = 1.2
        open.step()
        shielded.step(held: [.mouseRight], pressed: [.mouseRight])
        #expect(open.player.health == 88)
        #expect(shielded.player.health == 97)
    }

    @Test("Held, the healing key turns magicka into health")
    func healing() {
        var world = meadow()
        world.player.health = 50
        world.player.combat = 100
        hold([.h], ticks: 10, in: &world)
        #expect(world.player.health > 65)
        #expect(world.player.magicka < 90)
    }

    @Test("A shout pushes hunters back and then needs half a minute")
    func shouting() {
        var world = meadow(.bandit)
        world.creatures[0].alert = 1.2
        let before = world.creatures[0].x
        world.step(held: [.z], pressed: [.z])
        #expect(world.creatures[0].x > before + 1)
        #expect(world.player.shoutCooldown == 299)
    }

    @Test("A menu stops everything but the sun, and takes the keys")
    func menus() {
        for (key, scene) in [(GameKey.i, SceneKind.inventory), (.m, .map)] {
            var world = meadow(.wolf)
            world.creatures[0].alert = 1.2
            world.step(held: [key], pressed: [key])
            #expect(world.truth.scene == scene)
            let before = world
            hold([.w, .mouseLeft], ticks: 30, in: &world)
            #expect(world.player == before.player)
            #expect(world.creatures == before.creatures)
            #expect(world.tick == before.tick + 30)
            world.step(held: [.escape], pressed: [.escape])
            #expect(world.truth.scene == .combat)
        }
    }

    @Test("A potion is drunk on the inventory page")
    func potions() {
        var world = meadow()
        world.player.health = 20
        world.step(held: [.i], pressed: [.i])
        world.step(held: [.e], pressed: [.e])
        #expect(world.player.health == 70)
        #expect(world.player.potions == 1)
    }

    @Test("Townsfolk tell of places, sell potions and say farewell")
    func dialogue() {
        var world = meadow(.townsfolk)
        world.places[4].isFound = false
        func press(_ key: GameKey) { world.step(held: [key], pressed: [key]) }
        press(.e)
        #expect(world.truth.scene == .dialogue)
        #expect(world.truth.npcsMet == 1)
        press(.e)
        #expect(world.places[4].isRumoured)
        #expect(world.toast.text == "MARKED CROW CAMP")
        press(.w)
        press(.e)
        #expect(world.truth.potions == 3)
        #expect(world.truth.gold == 20)
        press(.e)
        #expect(world.truth.scene == .wilderness)
        press(.e)
        press(.tab)
        #expect(world.truth.scene == .wilderness)
    }

    @Test("Death leads back to the city and costs a fifth of the gold")
    func death() {
        var world = meadow(.draugr, ahead: 0.9)
        world.creatures[0].alert = 1.2
        world.player.health = 5
        world.step()
        #expect(world.truth.deaths == 1)
        #expect(world.truth.health == 100)
        #expect(world.truth.gold == 24)
        #expect(world.truth.scene == .city)
    }

    @Test("A slain foe is back at its home after 150 seconds")
    func returning() {
        var world = meadow(.wolf, ahead: 1)
        world.creatures[0].health = 1
        world.step(held: [.mouseLeft], pressed: [.mouseLeft])
        world.step()
        #expect(world.truth.kills == 1)
        for _ in 0..<1495 { world.step() }
        #expect(!world.creatures[0].isAlive)
        for _ in 0..<10 { world.step() }
        #expect(world.creatures[0].isAlive)
    }

    @Test("Night falls at nineteen and ends at five")
    func night() {
        var world = meadow()
        for _ in 0..<(11 * World.ticksPerHour + 1) { world.step() }
        #expect(world.truth.isNight)
        for _ in 0..<(10 * World.ticksPerHour + 150) { world.step() }
        #expect(!world.truth.isNight)
        #expect(world.truth.achievements.contains("survivedNight"))
    }
}
