@testable import Engine

import Testing

@testable import Basics
@testable import Games
@testable import Vision

@Suite("Embedded world: one seed, one sequence of pictures", .shared)
struct WorldGoldenTests {
    /// Talks, sneaks, fights thin air, opens every page and walks, with a picture after each.
    private static let script: [KeyStroke] = [
        .forward, .turnRight, .forward, .activate, .nextLine, .back, .inventory, .back, .map, .back, .sneak, .forward,
        .lookUp, .sneak, .attack, .powerAttack, .block, .shout, .jump, .left, .right, .backward, .lookDown, .lookDown,
        .turnLeft, .turnLeft, .turnLeft, .sprint, .sprint, .sprint, .forward, .forward, .turnRight, .sprint, .wait,
    ]

    private static func pictures(seed: UInt64) -> [UInt64] {
        var world = World(seed: seed)
        return script.map { stroke in
            stroke.perform(in: &world)
            return fingerprint(world.render())
        }
    }

    @Test("The pictures of a scripted run are the golden ones on every machine", arguments: [
        (1, 0xAA44_4CAE_1F77_A780), (2, 0x814C_E364_9CC6_D4EF), (3, 0x99AD_DE0A_CC5D_3EB9),
        (0xFFFF_FFFF_FFFF_FFFF, 0x5324_790B_A76F_126E),
    ] as [(UInt64, UInt64)])
    func picturesAreGolden(seed: UInt64, golden: UInt64) {
        let whole = Self.pictures(seed: seed).reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01B3 }
        #expect(whole == golden, "seed \(seed) now draws \(String(whole, radix: 16))")
    }

    @Test("The same seed and inputs give the same pictures and the same world twice")
    func runsRepeat() {
        #expect(Self.pictures(seed: 9) == Self.pictures(seed: 9))
        var (first, second) = (World(seed: 4), World(seed: 4))
        for stroke in Self.script {
            stroke.perform(in: &first)
            stroke.perform(in: &second)
        }
        #expect(first == second)
    }

    @Test("Another seed is another world")
    func seedsDiffer() {
        #expect(Self.pictures(seed: 1) != Self.pictures(seed: 2))
    }

    @Test("Without input the player stays where he is, and time passes")
    func nothingButTimePasses() {
        var world = World(seed: 5)
        // The first tick finds the city, where the player stands.
        world.step()
        let before = world
        for _ in 0..<50 { world.step() }
        #expect(world.player == before.player)
        #expect(world.places == before.places)
        #expect(world.tick == before.tick + 50)
        #expect(abs(world.truth.hour - before.truth.hour - 0.5) < 1e-9)
    }

    @Test("Angles agree with the C library's to nine digits, without using it")
    func anglesAreRight() {
        for k in -2000...2000 {
            let angle = Double(k) * 0.37
            #expect(abs(Trigonometry.sine(angle) - referenceSine(angle)) < 1e-9)
            #expect(abs(Trigonometry.cosine(angle) - referenceCosine(angle)) < 1e-9)
            let (x, y) = (referenceCosine(angle) * 3, referenceSine(angle) * 3)
            #expect(abs(Trigonometry.wrapped(Trigonometry.angle(x: x, y: y) - angle)) < 1e-9)
        }
    }
}
