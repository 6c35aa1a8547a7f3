import Basics

/// The embedded game: a small first-person world that is a value. Copy it for a snapshot, compare it in a test.
///
/// One seed and one sequence of inputs give one sequence of pictures, on every machine: chance comes from
/// ``SeededGenerator`` alone, angles from ``Trigonometry``, and no clock, set order or dictionary order is involved.
package struct World: Sendable, Equatable {
    /// What has the player's attention; the keys mean something else in each.
    enum Screen: Sendable, Equatable {
        case scene
        case inventory
        case map
        /// Talking with the creature of this index; the chosen line.
        case dialogue(Int, line: Int)
    }

    /// Game time of one tick.
    package static let tickLength = Duration.milliseconds(100)
    /// A day of the world lasts four game minutes.
    static let ticksPerHour = 100

    package let seed: UInt64
    package internal(set) var tick = 0
    let map: WorldMap
    var places: [Place]
    var creatures: [Creature]
    var player: Player
    var screen = Screen.scene
    var toast = Toast()
    var chronicle = Chronicle()
    var random: SeededGenerator

    package init(seed: UInt64) {
        self.seed = seed
        var random = SeededGenerator(seed: seed)
        (map, places) = WorldMap.generate(seed: seed, random: &random)
        creatures = Creature.population(of: places)
        player = Player(x: Double(places[0].x) + 0.5, y: Double(places[0].y) + 3.5)
        self.random = random
    }

    /// One tick, a tenth of a game second.
    ///
    /// - Parameters:
    ///   - held: keys that are down, including those that went down and up again since the last tick.
    ///   - pressed: keys that went down since the last tick, in order.
    ///   - look: mouse motion since the last tick, pixels; three are a degree.
    package mutating func step(held: Set<GameKey> = [], pressed: [GameKey] = [], look: (dx: Int, dy: Int) = (0, 0)) {
        tick += 1
        toast.fade()
        let wasPlaying = screen == .scene
        player.isBlocking = wasPlaying && held.contains(.mouseRight)
        player.isHealing = false
        player.isBumped = false
        for key in pressed { press(key, wasPlaying: wasPlaying) }
        switch screen {
        case .inventory, .map:
            // A menu stops the world, but not the sun.
            player.attackHold = nil
            return
        case .dialogue:
            player.attackHold = nil
        case .scene:
            if wasPlaying { player.look(dx: look.dx, dy: look.dy) }
            prepareAttack(held: held)
            move(held: held)
            if held.contains(.h) { heal() }
        }
        recover(held: held)
        discoverPlaces()
        noteNight()
        for index in creatures.indices { live(index) }
        if player.health <= 0 { die() }
    }

    private mutating func press(_ key: GameKey, wasPlaying: Bool) {
        guard screen == .scene else { return choose(key) }
        // What closes a menu must not act on the world behind it in the same tick.
        guard wasPlaying else { return }
        switch key {
        case .mouseLeft: player.attackHold = 0
        case .z: shout()
        case .space: jump()
        case .e: activate()
        case .leftControl:
            player.isSneaking.toggle()
            chronicle.practise(.sneak)
        case .i:
            screen = .inventory
            chronicle.practise(.inventory)
            chronicle.achieve(.openedInventory)
        case .m:
            screen = .map
            chronicle.practise(.map)
            chronicle.achieve(.openedMap)
        default: break
        }
    }
}

/// The line of text that appears for a moment.
struct Toast: Sendable, Equatable {
    private static let longest = 24
    private static let lifetime = 14

    private(set) var text = ""
    private var ticksLeft = 0

    var isVisible: Bool { ticksLeft > 0 }

    mutating func show(_ text: String) {
        self.text = String(text.prefix(Self.longest))
        ticksLeft = Self.lifetime
    }

    mutating func fade() { ticksLeft = max(0, ticksLeft - 1) }
}
