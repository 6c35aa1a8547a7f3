import Basics

/// How one action is played, as a file says it: key names and layers are texts here, so that whoever knows them can
/// refuse a wrong one with its place.
package struct ActionEntry: Sendable, Decodable, Equatable {
    package let keys: [String]
    /// Relative mouse motion in pixels over the whole hold; x to the right, y downwards.
    package let look: Look?
    /// Milliseconds from the first press to the last release.
    package let hold: Int
    /// Milliseconds after the release that belong to the action.
    package let settle: Int
    package let layers: [String]

    package struct Look: Sendable, Equatable, Decodable {
        package let dx: Int
        package let dy: Int
        package static let none = Look(dx: 0, dy: 0)

        package init(dx: Int, dy: Int) { (self.dx, self.dy) = (dx, dy) }

        package init(from decoder: any Decoder) throws {
            let fields = try decoder.fields(Keys.self)
            (dx, dy) = (try fields.value(.dx, else: 0), try fields.value(.dy, else: 0))
        }

        private enum Keys: String, CodingKey, CaseIterable { case dx, dy }
    }

    /// No single action may hold the agent's hands longer than this, in milliseconds.
    private static let longest = 5000

    private enum Keys: String, CodingKey, CaseIterable { case keys, look, hold, settle, layers }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.fields(Keys.self)
        keys = try fields.value(.keys, else: [])
        for key in keys where !GameKey.known.contains(key) {
            let near = NearMatches.of(key, in: GameKey.known, count: 1).first
            throw fields.mistake(
                .keys, "there is no key called \"\(key)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? ""))
        }
        guard Set(keys).count == keys.count else { throw fields.mistake(.keys, "a key is named twice") }
        look = try fields.decodeIfPresent(Look.self, forKey: .look)
        hold = try fields.decode(Int.self, forKey: .hold)
        guard (1...Self.longest).contains(hold) else {
            throw fields.mistake(.hold, "hold is \(hold) ms; it must be 1 to \(Self.longest)")
        }
        settle = try fields.value(.settle, else: 0)
        guard (0...Self.longest).contains(settle) else {
            throw fields.mistake(.settle, "settle is \(settle) ms; it must be 0 to \(Self.longest)")
        }
        layers = try fields.decode([String].self, forKey: .layers)
        guard !layers.isEmpty else { throw fields.mistake(.layers, "it is allowed in no layer") }
    }
}
