import Basics
import Vision

/// How a profile says where a vital is shown: as digits or as a bar.
package enum HUDEntry: Sendable, Decodable, Equatable {
    /// The picture of the digits is a PNG beside the profile; see ``DigitReader``.
    case digits(picture: String, DigitReader.Field)
    case bar(BarReader.Field)

    private enum Keys: String, CodingKey, CaseIterable { case digits, right, top, count, bar, colour, leastFull }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.fields(Keys.self)
        let picture = try fields.decodeIfPresent(String.self, forKey: .digits)
        let region = try fields.decodeIfPresent([Double].self, forKey: .bar)
        switch (picture, region) {
        case (let picture?, nil):
            guard !picture.contains("/"), picture.hasSuffix(".png") else {
                throw fields.mistake(.digits, "it must be the name of a PNG beside the profile")
            }
            let (right, top) = (try fields.decode(Int.self, forKey: .right), try fields.decode(Int.self, forKey: .top))
            let count = try fields.value(.count, else: 3)
            guard (1...320).contains(right) else { throw fields.mistake(.right, "it must be 1 to 320 units") }
            guard (0..<200).contains(top) else { throw fields.mistake(.top, "it must be 0 to 199 units") }
            guard (1...9).contains(count) else { throw fields.mistake(.count, "it must be 1 to 9 digits") }
            self = .digits(picture: picture, DigitReader.Field(right: right, top: top, digits: count))
        case (nil, let region?):
            guard region.count == 4, region.allSatisfy({ (0...1).contains($0) }), region[0] + region[2] <= 1,
                region[1] + region[3] <= 1, region[2] > 0, region[3] > 0
            else { throw fields.mistake(.bar, "it must be x, y, width and height as shares of the picture, 0 to 1") }
            let colour = try fields.decode([Int].self, forKey: .colour)
            guard colour.count == 3, colour.allSatisfy({ (0...255).contains($0) }) else {
                throw fields.mistake(.colour, "it must be red, green and blue, 0 to 255")
            }
            let least = try fields.value(.leastFull, else: 0.5)
            guard (0.05...1).contains(least) else { throw fields.mistake(.leastFull, "it must be 0.05 to 1") }
            self = .bar(
                BarReader.Field(
                    x: region[0], y: region[1], width: region[2], height: region[3], colour: colour, leastFull: least))
        default: throw fields.mistake(.digits, "a vital is shown either by \"digits\" or by a \"bar\"")
        }
    }
}
