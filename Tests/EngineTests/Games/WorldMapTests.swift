@testable import Engine

import Testing

@testable import Basics
@testable import Games
@testable import Vision

@Suite("Embedded world: the land", .shared)
struct WorldMapTests {
    @Test("Every place and everybody can be reached on foot, whatever the seed", arguments: UInt64(1)...25)
    func everythingIsReachable(seed: UInt64) {
        let world = World(seed: seed)
        let reached = tilesReached(in: world)
        for place in world.places {
            let isNear = (-4...4).contains { dy in
                (-4...4).contains { dx in
                    dx * dx + dy * dy <= 16 && reached.contains(WorldMap.index(place.x + dx, place.y + dy))
                }
            }
            #expect(isNear, "\(place.name)")
        }
        for creature in world.creatures where !creature.isFoe {
            #expect(reached.contains(WorldMap.index(Int(creature.x), Int(creature.y))), "\(creature.name)")
        }
    }

    @Test("The land has the eight places, five townsfolk and ten foes")
    func populationIsComplete() {
        let world = World(seed: 1)
        #expect(Set(world.places.map(\.kind)).count == 8)
        #expect(world.creatures.filter { !$0.isFoe }.map(\.name) == ["HALDA", "BRUN", "SIV", "ORLA", "TORV"])
        #expect(world.creatures.filter { $0.kind == .wolf }.count == 6)
        #expect(world.creatures.filter { $0.kind == .bandit }.count == 2)
        #expect(world.creatures.filter { $0.kind == .draugr }.count == 2)
        #expect(Chronicle.Achievement.allCases.count == 25)
    }

    private func tilesReached(in world: World) -> Set<Int> {
        let start = (Int(world.player.x), Int(world.player.y))
        var reached: Set<Int> = [WorldMap.index(start.0, start.1)]
        var open = [start]
        while let (x, y) = open.popLast() {
            for (nextX, nextY) in [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]
            where !world.map.isSolid(Double(nextX), Double(nextY)) {
                if reached.insert(WorldMap.index(nextX, nextY)).inserted { open.append((nextX, nextY)) }
            }
        }
        return reached
    }
}
