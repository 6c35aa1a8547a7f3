import Foundation
import Testing

@testable import Basics
@testable import Desktop
@testable import Vision

/// The status bar of Freedoom in crispy-doom at 640 x 480, with what is around its numbers blacked out.
@Suite("Digits learnt from labelled pictures")
struct DigitLearningTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Pictures")

    private static func picture(_ name: String) throws -> PNG.Image {
        try PNG.decode([UInt8](Data(contentsOf: folder.appending(path: name + ".png"))))
    }

    private static func frame(_ name: String, _ change: (UInt8) -> UInt8 = { $0 }) throws -> Frame {
        let picture = try picture(name)
        return Frame(
            width: picture.width, height: picture.height, rgb: picture.rgb.map(change), sequence: 1, capturedAt: .now)
    }

    /// The numbers of a picture, which its name tells, where they stand.
    private static func examples(_ names: String...) throws -> [DigitReader.Example] {
        try names.flatMap { name in
            let numbers = name.split(separator: "-").compactMap { Int($0) }
            let picture = try picture(name)
            return zip(numbers, [44, 90]).map { number, right in
                DigitReader.Example(picture, shows: number, right: right, top: 171)
            }
        }
    }

    private static let both = ["ammo-482-health-137", "ammo-204-health-956"]

    @Test("Two pictures teach all ten, and what others show is read", arguments: [
        ("ammo-139-health-168", 139, 168), ("ammo-25-health-74", 25, 74), (both[0], 482, 137), (both[1], 204, 956),
    ])
    func learns(_ name: String, _ ammunition: Int, _ health: Int) throws {
        let reader = try DigitReader(width: 14, height: 16, learntFrom: Self.examples(Self.both[0], Self.both[1]))
        // In the dark too: half as bright is the same shape.
        for frame in [try Self.frame(name), try Self.frame(name, { $0 / 2 })] {
            let read = [DigitReader.Field.doomAmmunition, .doomHealth, .doomArmour].map { reader.read(frame, $0) }
            #expect(read.map { $0?.value } == [ammunition, health, 0])
            #expect(read.allSatisfy { ($0?.confidence ?? 0) > 0.9 })
        }
    }

    @Test("White digits are learnt by their brightness")
    func white() throws {
        // Red ink on grey as white on black: what is red by far is bright.
        func white(_ example: DigitReader.Example) -> DigitReader.Example {
            let (rgb, count) = (example.picture.rgb, example.picture.width * example.picture.height)
            let grey = (0..<count).flatMap { index -> [UInt8] in
                let value = UInt8(max(0, Int(rgb[index * 3]) - Int(rgb[index * 3 + 1])))
                return [value, value, value]
            }
            let picture = PNG.Image(width: example.picture.width, height: example.picture.height, rgb: grey)
            return DigitReader.Example(picture, shows: example.shows, right: example.right, top: example.top)
        }
        let reader = try DigitReader(
            width: 14, height: 16, learntFrom: Self.examples(Self.both[0], Self.both[1]).map(white))
        #expect(reader.ink == .brightness)
        let picture = white(try Self.examples("ammo-139-health-168")[0]).picture
        let frame = Frame(width: 640, height: 480, rgb: picture.rgb, sequence: 1, capturedAt: .now)
        #expect(reader.read(frame, .doomAmmunition)?.value == 139)
    }

    private typealias Failure = DigitReader.LearningError

    @Test("What cannot be learnt is told: digits that no picture shows, and places where no number is")
    func refused() throws {
        let first = try Self.examples(Self.both[0])
        #expect(throws: Failure.missing([0, 5, 6, 9])) {
            try DigitReader(width: 14, height: 16, learntFrom: first)
        }
        let picture = try Self.picture(Self.both[0])
        let black = DigitReader.Example(picture, shows: 7, right: 160, top: 20)
        #expect(throws: Failure.blank(2)) { try DigitReader(width: 14, height: 16, learntFrom: first + [black]) }
        let outside = DigitReader.Example(picture, shows: 482, right: 40, top: 171)
        #expect(throws: Failure.outside(0)) { try DigitReader(width: 14, height: 16, learntFrom: [outside]) }
    }

    @Test("A number that a picture does not show is found by what the others say")
    func contradiction() throws {
        let wrong = DigitReader.Example(try Self.picture("ammo-139-health-168"), shows: 159, right: 44, top: 171)
        let examples = try Self.examples(Self.both[0], Self.both[1], Self.both[1]) + [wrong]
        #expect(throws: Failure.contradicts(6, shows: 159, read: 139)) {
            try DigitReader(width: 14, height: 16, learntFrom: examples)
        }
    }

    // MARK: In a profile

    private static let shots = """
        "digits": { "width": 14, "height": 16, "screenshots": [
            { "picture": "ammo-482-health-137.png", "shows": 137, "right": 90, "top": 171 },
            { "picture": "ammo-482-health-137.png", "shows": 482, "right": 44, "top": 171 },
            { "picture": "ammo-204-health-956.png", "shows": 956, "right": 90, "top": 171 },
            { "picture": "ammo-204-health-956.png", "shows": 204, "right": 44, "top": 171 } ] }
        """
    private static let profile = """
        { "title": "A game", "window": { "name": "A game" }, "size": { "width": 640, "height": 480 },
          "picture": { "width": 640, "height": 480 }, "actions": {}, "hud": { "health": {
            \(shots), "right": 90, "top": 171 } } }
        """

    /// Reads a profile beside which the pictures are.
    private func reader(of text: String) throws -> HUDReader {
        let folder = FileManager.default.temporaryDirectory.appending(path: "digits-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: Self.folder, to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "game.json")
        try text.write(to: path, atomically: true, encoding: .utf8)
        return try ProfileFile(path: path.path()).hud()
    }

    @Test("A profile names screenshots and the numbers on them, and vitals are read")
    func profile() throws {
        var (hud, reading) = (try reader(of: Self.profile), Reading())
        hud.read(try Self.frame("ammo-139-health-168"), into: &reading)
        #expect(reading.health == 168 && reading.confidence > 0.9)
    }

    static let faults: [(old: String, new: String, line: Int, says: String)] = [
        (#""ammo-204-health-956.png", "shows": 956"#, #""ammo-204-health-965.png", "shows": 956"#, 6,
            "hud.health.digits.screenshots[2].picture: there is no ammo-204-health-965.png beside the profile; "
                + "did you mean ammo-204-health-956.png?"),
        (#""shows": 482"#, #""shows": 284"#, 5, "ammo-482-health-137.png: by all pictures together no number is read"),
        (#""shows": 956"#, #""shows": 444"#, 3, "no picture shows the digits 5, 6, 9"),
        (#""shows": 956"#, #""show": 956"#, 6, "did you mean \"shows\"?"),
        (#""shows": 956, "right": 90"#, #""shows": 956, "right": 900"#, 6, "1 to 320 units"),
        (#""screenshots""#, #""screenshot""#, 3, "did you mean \"screenshots\"?"),
        (#""width": 14"#, #""width": 1"#, 3, "3 to 64 units"),
    ]

    @Test("What is wrong is told with its line, and what was meant", arguments: faults.indices)
    func fault(_ index: Int) throws {
        let (old, new, line, says) = Self.faults[index]
        try #require(Self.profile.contains(old))
        #expect {
            _ = try reader(of: Self.profile.replacingOccurrences(of: old, with: new))
        } throws: { error in
            "\(error)".contains("line \(line):") && "\(error)".contains(says)
        }
    }
}
