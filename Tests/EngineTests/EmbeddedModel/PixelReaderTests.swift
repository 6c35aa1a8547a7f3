@testable import Engine

import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Games
@testable import Vision

@Suite("Pixel reader: single pictures", .shared)
struct PixelReaderTests {
    private func read(_ world: World) -> Reading {
        var reader = PixelReader()
        return reader.read(world.frame(7))
    }

    @Test("The bars are read to a 40th")
    func bars() {
        var world = World(seed: 1)
        (world.player.health, world.player.magicka, world.player.stamina) = (45, 100, 2.5)
        let reading = read(world)
        #expect(reading.health == 45)
        #expect(reading.magicka == 100)
        #expect(reading.stamina == 2.5)
        #expect(reading.frame == 7)
    }

    @Test("A picture that shows no display has no vitals and is hardly believed")
    func foreignPicture() {
        var reader = PixelReader()
        let grey = Frame(
            width: 320, height: 200, rgb: [UInt8](repeating: 128, count: 320 * 200 * 3), sequence: 1,
            capturedAt: .now)
        let reading = reader.read(grey)
        #expect(reading.health == nil)
        #expect(reading.stamina == nil)
        #expect(reading.confidence <= 0.2)
    }

    @Test("A picture of twice the size reads the same")
    func scaledPicture() {
        let frame = World(seed: 2).frame()
        var rgb: [UInt8] = []
        for y in 0..<192 {
            for x in 0..<320 {
                let at = (y / 2 * 160 + x / 2) * 3
                rgb += frame.rgb[at..<at + 3]
            }
        }
        let large = Frame(width: 320, height: 192, rgb: rgb, sequence: 0, capturedAt: frame.capturedAt)
        var (first, second) = (PixelReader(), PixelReader())
        #expect(first.read(frame) == second.read(large))
    }

    @Test("The toast is read letter by letter, and a place's name is remembered")
    func toast() {
        var world = World(seed: 1)
        var reader = PixelReader()
        for text in ["ABCDEFGHIJKLMNOPQRSTUVWX", "YZ 0123456789", "SKY STONES"] {
            world.toast.show(text)
            #expect(reader.read(world.frame()).toast == text)
        }
        for news in ["LEVEL 3", "MARKED OLD MILL", "BOUGHT POTION", "WOLF SLAIN", "YOU DIED"] {
            world.toast.show(news)
            let reading = reader.read(world.frame())
            #expect(reading.toast == news)
            #expect(reading.place == "SKY STONES")
        }
        for _ in 0..<20 { world.step() }
        let later = reader.read(world.frame())
        #expect(later.place == "SKY STONES")
    }

    @Test("The inventory page tells potions, gold and level")
    func inventory() {
        var world = World(seed: 1)
        (world.player.potions, world.player.gold, world.player.level) = (0, 1234, 17)
        world.screen = .inventory
        let reading = read(world)
        #expect(reading.scene == .inventory)
        #expect((reading.potions, reading.gold, reading.level) == (0, 1234, 17))
        world.screen = .map
        let map = read(world)
        #expect(map.scene == .map)
        #expect(map.gold == nil)
    }

    @Test("The compass tells hunters, rumours and the inn apart, each with its bearing")
    func compass() throws {
        var world = World(seed: 1)
        (world.player.x, world.player.y, world.player.heading) = (32, 32, 0)
        for index in world.places.indices { world.places[index].isFound = false }
        world.creatures = [Creature(.wolf, x: 35, y: 32 - 2), Creature(.wolf, x: 33, y: 32 + 5)]
        for index in world.creatures.indices { world.creatures[index].alert = 1.2 }
        #expect(read(world).rumourBearing == nil)
        let hunted = read(world)
        #expect(hunted.scene == .combat)
        #expect(hunted.enemies == 2)
        let expected = world.creatures.map { world.player.bearing(toX: $0.x, y: $0.y) * 180 / .pi }
        #expect(abs(try #require(hunted.enemyBearing) - (expected[0] + expected[1]) / 2) < 3)
        world.creatures = []
        for (index, place) in world.places.enumerated() where place.kind == .barrow || place.kind == .inn {
            world.places[index].isRumoured = true
            world.places[index].isFound = place.kind == .inn
        }
        for (kind, heading) in [(Place.Kind.barrow, 100), (.inn, 500)] {
            world.player.heading = heading
            let centre = try #require(world.places.first { $0.kind == kind }).centre
            let bearing = world.player.bearing(toX: centre.x, y: centre.y) * 180 / .pi
            let seen = read(world)
            #expect(abs(try #require(kind == .inn ? seen.innBearing : seen.rumourBearing) - bearing) < 3)
            #expect((kind == .inn ? seen.rumourBearing : seen.innBearing) == nil)
        }
    }

    @Test("Prompt, target, hiding and its detection are seen")
    func centre() throws {
        var world = World(seed: 1)
        let (x, y) = (world.player.x, world.player.y)
        world.creatures = [Creature(.townsfolk, name: "SIV", x: x, y: y - 1.5)]
        #expect(read(world).prompt)
        world.creatures = [Creature(.bandit, x: x, y: y - 1.5)]
        world.creatures[0].alert = 1.2
        world.creatures[0].health = 19
        let fight = read(world)
        #expect(!fight.prompt)
        #expect(fight.targetHealth == 50)
        world.player.isSneaking = true
        world.creatures[0].alert = 0
        #expect(read(world).sneaking)
        #expect(read(world).detection == 0)
        world.creatures[0].alert = 0.99
        #expect(read(world).detection > 0.7)
    }

    @Test("With the nose against a wall the last scene is held and believed less and less")
    func holding() {
        var world = World(seed: 1)
        var reader = PixelReader()
        let city = reader.read(world.frame())
        #expect(city.scene == .city)
        // In front of the south-western house.
        (world.player.x, world.player.y) = (Double(world.places[0].x) - 3, Double(world.places[0].y) + 2.75)
        world.player.heading = 270
        world.creatures = []
        var confidence = reader.read(world.frame()).confidence
        for _ in 0..<3 {
            let reading = reader.read(world.frame())
            #expect(reading.scene == .city)
            #expect(reading.blocked)
            #expect(reading.confidence < confidence)
            confidence = reading.confidence
        }
        for _ in 0..<30 { confidence = reader.read(world.frame()).confidence }
        #expect(confidence == 0.3)
    }

    @Test("Correlation ignores brightness and contrast")
    func correlation() {
        let picture = (0..<144).map { Float(($0 * 37) % 101) }
        #expect(Thumbnail.similarity([], picture) == nil)
        #expect(abs(Thumbnail.similarity(picture, picture.map { $0 * 0.3 + 20 })! - 1) < 1e-5)
        #expect(abs(Thumbnail.similarity(picture, picture.map { -$0 })! + 1) < 1e-5)
    }
}
