import Basics

/// What one walks on.
enum Floor: UInt8, Sendable, CaseIterable {
    case grass, path, cobble, water, planks, flagstone
}

/// What stands on a tile and stops a walker.
enum Wall: UInt8, Sendable, CaseIterable {
    case none, tree, rock, stone, wood, dungeon
}

/// Whether a tile is under a roof.
enum Roof: UInt8, Sendable {
    case none, building, dungeon
}

/// A place that can be heard of and found.
struct Place: Sendable, Equatable {
    enum Kind: Int, Sendable, CaseIterable {
        case city, inn, barrow, lake, camp, mill, stones, shrine
    }

    let name: String
    let kind: Kind
    let x: Int
    let y: Int
    /// Somebody spoke of it: gold on the compass.
    var isRumoured = false
    /// The player was there.
    var isFound = false

    var centre: (x: Double, y: Double) { (Double(x) + 0.5, Double(y) + 0.5) }
}

/// The land: 64 x 64 tiles of floor, walls and roofs. Never changes after it was made from its seed.
struct WorldMap: Sendable, Equatable {
    static let size = 64

    private(set) var floors: [UInt8]
    private(set) var walls: [UInt8]
    private(set) var roofs: [UInt8]

    /// Makes the land, and the places with their positions on it.
    static func generate(seed: UInt64, random: inout SeededGenerator) -> (map: WorldMap, places: [Place]) {
        var map = WorldMap(seed: seed, random: &random)
        var places: [Place] = []
        for site in Site.all {
            let x = min(max(site.x + random.integer(in: -2..<3), 7), size - 8)
            let y = min(max(site.y + random.integer(in: -2..<3), 7), size - 8)
            places.append(Place(name: site.name, kind: site.kind, x: x, y: y))
            map.clear(x: x, y: y, radius: site.kind == .lake ? 4 : 5)
        }
        // A road from the city to every place: whatever the seed, everything can be reached.
        for place in places.dropFirst() { map.carveRoad(from: places[0], to: place, random: &random) }
        for place in places { map.build(place) }
        for den in Site.wolfDens { map.clear(x: den.x, y: den.y, radius: 2) }
        return (map, places)
    }

    func floor(_ x: Double, _ y: Double) -> Floor { Floor(rawValue: floors[Self.index(Int(x), Int(y))]) ?? .grass }
    func wall(_ x: Double, _ y: Double) -> Wall { Wall(rawValue: walls[Self.index(Int(x), Int(y))]) ?? .none }
    func roof(_ x: Double, _ y: Double) -> Roof { Roof(rawValue: roofs[Self.index(Int(x), Int(y))]) ?? .none }

    func isSolid(_ x: Double, _ y: Double) -> Bool {
        let index = Self.index(Int(x), Int(y))
        return walls[index] != Wall.none.rawValue || floors[index] == Floor.water.rawValue
    }

    /// Whether nothing but air is between two points.
    func isClear(fromX x0: Double, y y0: Double, toX x1: Double, y y1: Double) -> Bool {
        let samples = Int(Trigonometry.length(x1 - x0, y1 - y0) * 3) + 1
        for k in 1..<max(samples, 2) where k < samples {
            let part = Double(k) / Double(samples)
            if wall(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part) != .none { return false }
        }
        return true
    }

    static func index(_ x: Int, _ y: Int) -> Int {
        min(max(y, 0), size - 1) * size + min(max(x, 0), size - 1)
    }
}

// MARK: - Making it

extension WorldMap {
    private struct Site {
        let name: String
        let kind: Place.Kind
        let x: Int
        let y: Int

        static let all = [
            Site(name: "EMBERFORD", kind: .city, x: 8, y: 52),
            Site(name: "OAKEN INN", kind: .inn, x: 15, y: 42),
            Site(name: "HOWLING BARROW", kind: .barrow, x: 50, y: 50),
            Site(name: "MIRROR LAKE", kind: .lake, x: 30, y: 56),
            Site(name: "CROW CAMP", kind: .camp, x: 52, y: 28),
            Site(name: "OLD MILL", kind: .mill, x: 26, y: 30),
            Site(name: "SKY STONES", kind: .stones, x: 12, y: 14),
            Site(name: "NORTH SHRINE", kind: .shrine, x: 44, y: 10),
        ]
        static let wolfDens = Creature.wolfDens
    }

    private init(seed: UInt64, random: inout SeededGenerator) {
        let size = Self.size
        floors = [UInt8](repeating: Floor.grass.rawValue, count: size * size)
        walls = [UInt8](repeating: Wall.none.rawValue, count: size * size)
        roofs = [UInt8](repeating: Roof.none.rawValue, count: size * size)
        let phase = Double(seed % 4096)
        for y in 0..<size {
            for x in 0..<size {
                let (column, row) = (Double(x), Double(y))
                let density = Trigonometry.sine(column * 0.31 + phase) * Trigonometry.cosine(row * 0.27 - phase)
                    + Trigonometry.sine((column + row) * 0.13)
                if random.unit() < (density > 0.6 ? 0.20 : 0.07) {
                    set(.tree, x, y)
                } else if random.unit() < 0.02 {
                    set(.rock, x, y)
                }
            }
        }
        for k in 0..<size {
            for (x, y) in [(k, 0), (k, size - 1), (0, k), (size - 1, k)] { set(.rock, x, y) }
        }
    }

    private mutating func build(_ place: Place) {
        let (x, y) = (place.x, place.y)
        switch place.kind {
        case .city:
            fillDisc(.cobble, x: x, y: y, radius: 5)
            for (dx, dy) in [(-4, -4), (3, -4), (-4, 3), (3, 3)] { fillBlock(.stone, x: x + dx, y: y + dy) }
        case .inn, .mill:
            raiseHall(x: x, y: y, radius: 3, wall: .wood, floor: .planks, roof: .building)
        case .barrow:
            raiseHall(x: x, y: y, radius: 4, wall: .dungeon, floor: .flagstone, roof: .dungeon)
        case .lake:
            fillDisc(.water, x: x, y: y, radius: 3)
        case .camp:
            set(.wood, x - 2, y - 2)
        case .stones:
            for (dx, dy) in [(3, 0), (2, 2), (0, 3), (-2, 2), (-3, 0), (-2, -2), (0, -3), (2, -2)] {
                set(.rock, x + dx, y + dy)
            }
        case .shrine:
            set(.stone, x, y)
        }
    }

    /// A square hall with a door in the middle of each side.
    private mutating func raiseHall(x: Int, y: Int, radius: Int, wall: Wall, floor: Floor, roof: Roof) {
        for row in y - radius...y + radius {
            for column in x - radius...x + radius {
                let (dx, dy) = (abs(column - x), abs(row - y))
                let index = Self.index(column, row)
                floors[index] = floor.rawValue
                roofs[index] = roof.rawValue
                set(max(dx, dy) == radius && min(dx, dy) != 0 ? wall : .none, column, row)
            }
        }
    }

    private mutating func fillDisc(_ floor: Floor, x: Int, y: Int, radius: Int) {
        for row in y - radius...y + radius where 0 < row && row < Self.size - 1 {
            for column in x - radius...x + radius where 0 < column && column < Self.size - 1 {
                guard (column - x) * (column - x) + (row - y) * (row - y) <= radius * radius else { continue }
                floors[Self.index(column, row)] = floor.rawValue
                set(.none, column, row)
            }
        }
    }

    private mutating func clear(x: Int, y: Int, radius: Int) {
        for row in y - radius...y + radius where 0 < row && row < Self.size - 1 {
            for column in x - radius...x + radius where 0 < column && column < Self.size - 1 { set(.none, column, row) }
        }
    }

    private mutating func fillBlock(_ wall: Wall, x: Int, y: Int) {
        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] { set(wall, x + dx, y + dy) }
    }

    private mutating func carveRoad(from start: Place, to end: Place, random: inout SeededGenerator) {
        var (x, y) = (start.x, start.y)
        while (x, y) != (end.x, end.y) {
            let (acrossLeft, downLeft) = (abs(end.x - x), abs(end.y - y))
            if random.unit() < Double(acrossLeft) / Double(acrossLeft + downLeft) {
                x += end.x > x ? 1 : -1
            } else {
                y += end.y > y ? 1 : -1
            }
            for column in [x, x + 1] where column < Self.size - 1 {
                set(.none, column, y)
                floors[Self.index(column, y)] = Floor.path.rawValue
            }
        }
    }

    private mutating func set(_ wall: Wall, _ x: Int, _ y: Int) { walls[Self.index(x, y)] = wall.rawValue }
}
