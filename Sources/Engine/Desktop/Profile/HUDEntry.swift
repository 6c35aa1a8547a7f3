import Basics
import Vision

/// How a profile says where a vital is shown: as digits or as a bar.
package enum HUDEntry: Sendable, Decodable, Equatable {
    case digits(HUDDigits, DigitReader.Field)
    case bar(BarReader.Field)

    private enum Keys: String, CodingKey, CaseIterable { case digits, right, top, count, bar, colour, leastFull, empty }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.fields(Keys.self)
        let digits = try fields.decodeIfPresent(HUDDigits.self, forKey: .digits)
        let region = try fields.decodeIfPresent([Double].self, forKey: .bar)
        switch (digits, region) {
        case (let digits?, nil):
            let (right, top) = try fields.place(.right, .top)
            let count = try fields.value(.count, else: 3)
            guard (1...9).contains(count) else { throw fields.mistake(.count, "it must be 1 to 9 digits") }
            self = .digits(digits, DigitReader.Field(right: right, top: top, digits: count))
        case (nil, let region?):
            guard region.count == 4, region.allSatisfy({ (0...1).contains($0) }), region[0] + region[2] <= 1,
                region[1] + region[3] <= 1, region[2] > 0, region[3] > 0
            else { throw fields.mistake(.bar, "it must be x, y, width and height as shares of the picture, 0 to 1") }
            let colour = try fields.decode([Int].self, forKey: .colour)
            let empty = try fields.decodeIfPresent([Int].self, forKey: .empty)
            for (key, colour) in [(Keys.colour, colour), (.empty, empty ?? colour)]
            where colour.count != 3 || !colour.allSatisfy({ (0...255).contains($0) }) {
                throw fields.mistake(key, "it must be red, green and blue, 0 to 255")
            }
            let least = try fields.value(.leastFull, else: 0.5)
            guard (0.05...1).contains(least) else { throw fields.mistake(.leastFull, "it must be 0.05 to 1") }
            self = .bar(
                BarReader.Field(
                    x: region[0], y: region[1], width: region[2], height: region[3], colour: colour, leastFull: least,
                    empty: empty))
        default: throw fields.mistake(.digits, "a vital is shown either by \"digits\" or by a \"bar\"")
        }
    }
}

/// How a profile says what a game's digits look like.
package enum HUDDigits: Sendable, Decodable, Equatable {
    /// A small PNG beside the profile that shows all ten; see ``DigitReader``.
    case picture(String)
    /// Screenshots beside the profile, with numbers that they show. Width and height are those of a digit's square, in
    /// the units in which its place is told.
    case learnt(width: Int, height: Int, [Screenshot])

    /// A number on a PNG beside the profile.
    package struct Screenshot: Sendable, Decodable, Equatable {
        package let picture: String
        package let shows: Int
        package let right: Int
        package let top: Int

        private enum Keys: String, CodingKey, CaseIterable { case picture, shows, right, top }

        package init(from decoder: any Decoder) throws {
            let fields = try decoder.fields(Keys.self)
            picture = try fields.decode(String.self, forKey: .picture)
            guard isBeside(picture) else { throw fields.mistake(.picture, besideWords) }
            shows = try fields.decode(Int.self, forKey: .shows)
            guard (0...999_999_999).contains(shows) else { throw fields.mistake(.shows, "it must have 1 to 9 digits") }
            (right, top) = try fields.place(.right, .top)
        }
    }

    private enum Keys: String, CodingKey, CaseIterable { case width, height, screenshots }

    package init(from decoder: any Decoder) throws {
        if let single = try? decoder.singleValueContainer(), let name = try? single.decode(String.self) {
            guard isBeside(name) else {
                throw DecodingError.dataCorruptedError(in: single, debugDescription: besideWords)
            }
            self = .picture(name)
            return
        }
        let fields = try decoder.fields(Keys.self)
        let width = try fields.decode(Int.self, forKey: .width)
        let height = try fields.decode(Int.self, forKey: .height)
        for (key, units) in [(Keys.width, width), (.height, height)] where !(3...64).contains(units) {
            throw fields.mistake(key, "it must be 3 to 64 units")
        }
        self = .learnt(width: width, height: height, try fields.decode([Screenshot].self, forKey: .screenshots))
    }
}

private func isBeside(_ name: String) -> Bool { !name.contains("/") && name.hasSuffix(".png") }
private let besideWords = "it must be the name of a PNG beside the profile"

extension KeyedDecodingContainer {
    /// Where a number stands: its right edge and its top, on a screen of 320 by 200 units.
    fileprivate func place(_ right: Key, _ top: Key) throws -> (right: Int, top: Int) {
        let place = (right: try decode(Int.self, forKey: right), top: try decode(Int.self, forKey: top))
        guard (1...320).contains(place.right) else { throw mistake(right, "it must be 1 to 320 units") }
        guard (0..<200).contains(place.top) else { throw mistake(top, "it must be 0 to 199 units") }
        return place
    }
}
