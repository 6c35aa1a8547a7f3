/// Inputs between two ticks. A key that goes down and up again within one tick still counts as held for that tick, so
/// that no tap is lost.
struct InputLatch: Sendable, Equatable {
    /// Keys that are down now.
    private(set) var held: Set<GameKey> = []
    private var touched: Set<GameKey> = []
    private var pressed: [GameKey] = []
    private var look = (dx: 0, dy: 0)

    mutating func accept(_ input: GameInput) {
        switch input {
        case .press(let key):
            // A keyboard that repeats is not pressed again.
            guard held.insert(key).inserted else { return }
            touched.insert(key)
            pressed.append(key)
        case .release(let key):
            held.remove(key)
        case .look(let dx, let dy):
            look = (Self.sum(look.dx, dx), Self.sum(look.dy, dy))
        case .releaseAll:
            held = []
        }
    }

    /// Forgets everything, also taps that no tick has seen.
    mutating func clear() { self = InputLatch() }

    /// Lets the world take one tick with what has come in.
    mutating func step(_ world: inout World) {
        world.step(held: held.union(touched), pressed: pressed, look: look)
        touched = []
        pressed = []
        look = (0, 0)
    }

    static func == (a: InputLatch, b: InputLatch) -> Bool {
        a.held == b.held && a.touched == b.touched && a.pressed == b.pressed && a.look == b.look
    }

    /// Bounded, so that no mouse motion whatever can overflow.
    private static func sum(_ a: Int, _ b: Int) -> Int {
        let limit = 1_000_000
        return min(max(a + min(max(b, -limit), limit), -limit), limit)
    }
}
