import Basics

/// How a value is read from a game's head-up display, as data.
package struct HUDReader: Sendable, Decodable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A bar that is as long as the value is high.
        case bar
        /// A number, drawn with glyphs of its own.
        case digits
    }

    package enum Direction: String, Sendable, CaseIterable { case right, left, up, down }

    /// A part of the picture, in shares of its width and height, so that it holds at every size.
    package struct Region: Sendable, Decodable, Equatable {
        package let x: Double
        package let y: Double
        package let width: Double
        package let height: Double

        private enum Keys: String, CodingKey, CaseIterable { case x, y, width, height }

        package init(from decoder: any Decoder) throws {
            let fields = try decoder.fields(Keys.self)
            x = try fields.decode(Double.self, forKey: .x)
            y = try fields.decode(Double.self, forKey: .y)
            width = try fields.decode(Double.self, forKey: .width)
            height = try fields.decode(Double.self, forKey: .height)
            guard x >= 0, width > 0, x + width <= 1 else {
                throw fields.mistake(.x, "x and width are shares of the picture: 0 to 1 together")
            }
            guard y >= 0, height > 0, y + height <= 1 else {
                throw fields.mistake(.y, "y and height are shares of the picture: 0 to 1 together")
            }
        }
    }

    /// What it reads, such as `health`.
    package let value: String
    package let kind: Kind
    package let region: Region
    /// Red, green and blue of a bar that is full.
    package let color: [Int]
    package let direction: Direction
    /// The picture of the glyphs 0 to 9, beside the profile.
    package let glyphs: String?

    package static let values = ["health", "armor", "ammunition", "magicka", "stamina"]

    private enum Keys: String, CodingKey, CaseIterable { case value, kind, region, color, direction, glyphs }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.fields(Keys.self)
        func named<Value: RawRepresentable & CaseIterable>(
            _ key: Keys, _ text: String
        ) throws -> Value where Value.RawValue == String {
            if let value = Value(rawValue: text) { return value }
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw fields.mistake(key, "\"\(text)\" is none of \(known)")
        }
        value = try fields.decode(String.self, forKey: .value)
        guard Self.values.contains(value) else {
            let near = NearMatches.of(value, in: Self.values, count: 1).first
            throw fields.mistake(
                .value, "nobody knows \"\(value)\"; "
                    + (near.map { "did you mean \"\($0)\"?" } ?? "known are \(Self.values.joined(separator: ", "))"))
        }
        kind = try named(.kind, try fields.decode(String.self, forKey: .kind))
        region = try fields.decode(Region.self, forKey: .region)
        color = try fields.value(.color, else: [])
        direction = try named(.direction, try fields.value(.direction, else: "right"))
        glyphs = try fields.decodeIfPresent(String.self, forKey: .glyphs)
        guard kind == .digits || color.count == 3 && color.allSatisfy((0...255).contains) else {
            throw fields.mistake(.color, "a bar needs its red, green and blue, each 0 to 255")
        }
    }
}
