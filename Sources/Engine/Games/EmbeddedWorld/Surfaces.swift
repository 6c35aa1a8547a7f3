import Basics

/// Materials of floors and walls: 16 texels to a tile, each one of four colours.
struct Surfaces: Sendable {
    /// Texel value of a hole through which one sees what is behind.
    static let hole: UInt8 = 255
    static let wallRows = 24
    static let wallTexels = 16 * wallRows
    static let shared = Surfaces()

    /// 16 x 16 texels a floor, in the order of ``Floor``.
    let floorTexels: [UInt8]
    /// 16 x 24 texels a wall from the top, in the order of ``Wall``.
    let wallTexels: [UInt8]
    /// For the 16 texel columns of each wall, in the order of ``Wall``: the row from which on there is no hole.
    let solidRows: [UInt8]
    /// Four colours a floor, in the order of ``Floor``.
    let floorColours: [RGB]
    /// Four colours a wall, in the order of ``Wall``.
    let wallColours: [RGB]

    private init() {
        var random = SeededGenerator(seed: 0xE3BE_7F02D)
        floorTexels = Floor.allCases.flatMap { floor in
            (0..<256).map { Self.texel(of: floor, u: $0 % 16, v: $0 / 16, noise: random.unit()) }
        }
        wallTexels = Wall.allCases.flatMap { wall in
            (0..<Self.wallTexels).map { Self.texel(of: wall, u: $0 % 16, v: $0 / 16, noise: random.unit()) }
        }
        solidRows = (0..<Wall.allCases.count * 16).map { [wallTexels] index in
            let first = index / 16 * Self.wallTexels + index % 16
            let last = (0..<Self.wallRows).last { wallTexels[first + $0 << 4] == Self.hole }
            return UInt8((last ?? -1) + 1)
        }
        floorColours = Floor.allCases.flatMap { floor in
            let (base, factors) = Self.look(of: floor)
            return factors.map { base * $0 }
        }
        wallColours = Wall.allCases.flatMap(Self.colours)
    }

    private static func look(of floor: Floor) -> (RGB, [Double]) {
        switch floor {
        case .grass: (RGB(58, 96, 44), [0.84, 0.93, 1, 1.10])
        case .path: (RGB(132, 108, 72), [0.86, 0.94, 1, 1.05])
        case .cobble: (RGB(118, 118, 124), [0.76, 0.93, 1, 1.06])
        case .water: (RGB(38, 84, 150), [0.88, 0.96, 1, 1.20])
        case .planks: (RGB(112, 74, 40), [0.78, 0.94, 1, 1.05])
        case .flagstone: (RGB(52, 48, 60), [0.74, 0.92, 1, 1.08])
        }
    }

    private static func colours(of wall: Wall) -> [RGB] {
        switch wall {
        case .none: [RGB](repeating: RGB(0, 0, 0), count: 4)
        case .tree: [RGB(23, 57, 29), RGB(27, 64, 31), RGB(31, 71, 34), RGB(62, 46, 32)]
        case .rock: [RGB(84, 80, 76), RGB(92, 88, 84), RGB(98, 94, 90), RGB(106, 102, 97)]
        case .stone: [RGB(136, 131, 124), RGB(149, 144, 137), RGB(156, 151, 144), RGB(162, 157, 149)]
        case .wood: [RGB(104, 66, 32), RGB(126, 82, 41), RGB(134, 88, 44), RGB(140, 93, 48)]
        case .dungeon: [RGB(65, 58, 76), RGB(71, 64, 83), RGB(76, 68, 90), RGB(80, 72, 94)]
        }
    }

    private static func texel(of floor: Floor, u: Int, v: Int, noise: Double) -> UInt8 {
        let speckle = UInt8(noise < 0.15 ? 1 : noise < 0.85 ? 2 : 3)
        switch floor {
        case .grass: return noise < 0.12 ? 0 : noise < 0.4 ? 1 : noise < 0.9 ? 2 : 3
        case .path: return noise < 0.06 ? 0 : noise < 0.3 ? 1 : noise < 0.92 ? 2 : 3
        case .cobble, .flagstone:
            let side = floor == .cobble ? 8 : 16
            let shifted = (v / side) % 2 == 0 ? u : u + side / 2
            return shifted % side == 0 || v % side == 0 ? 0 : speckle
        case .water: return (u + 2 * v) % 16 < 3 && noise < 0.6 ? 3 : noise < 0.3 ? 0 : 2
        case .planks: return v % 5 == 0 ? 0 : (v / 5) % 2 == 0 ? 1 : speckle
        }
    }

    private static func texel(of wall: Wall, u: Int, v: Int, noise: Double) -> UInt8 {
        switch wall {
        case .none:
            return hole
        case .tree:
            // Two firs side by side: crowns that widen downwards, then a thicket with the trunks in it.
            let fromStem = min(abs(u - 4), abs(u - 12))
            if v < 9, fromStem > v / 2 { return hole }
            if v >= 20 { return fromStem <= 1 ? 3 : 0 }
            return (u + v / 3) % 4 == 0 ? 0 : noise < 0.5 ? 1 : 2
        case .rock:
            let rim = [7, 4, 3, 2, 1, 1, 0, 0, 0, 1, 0, 1, 2, 3, 5, 8][u]
            if v < rim { return hole }
            return v < rim + 2 ? 3 : noise < 0.15 ? 0 : noise < 0.5 ? 1 : 2
        case .stone, .dungeon:
            let shifted = (v / 6) % 2 == 0 ? u : u + 4
            if v % 6 == 5 || shifted % 8 == 7 { return 0 }
            return noise < 0.2 ? 1 : noise < 0.9 ? 2 : 3
        case .wood:
            if v < 2 { return 0 }
            return u % 4 == 3 ? 0 : (u / 4) % 2 == 0 ? 1 : noise < 0.9 ? 2 : 3
        }
    }
}

extension Wall {
    /// Height in tiles; the eye is half a tile above the floor.
    var height: Double {
        switch self {
        case .none: 0
        case .tree: 1.5
        case .rock: 0.855
        case .stone: 1.235
        case .wood, .dungeon: 1.14
        }
    }

    /// Nothing behind it can be seen over or through it.
    var hidesAll: Bool { self == .stone || self == .wood || self == .dungeon }
}
