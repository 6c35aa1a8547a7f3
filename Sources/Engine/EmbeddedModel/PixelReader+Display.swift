import Vision

/// The head-up display: bars, compass, crosshair, inventory page.
extension PixelReader {
    /// Colours of the display, as they look. Known to the reader on its own account.
    enum Ink {
        static let parchment = Pixels.Colour(206, 186, 140)
        static let mapPaper = Pixels.Colour(170, 176, 150)
        static let cover = Pixels.Colour(24, 20, 16)
        static let writing = Pixels.Colour(60, 40, 20)
        static let white = Pixels.Colour(240, 240, 236)
        static let gold = Pixels.Colour(240, 200, 80)
        static let red = Pixels.Colour(236, 48, 40)
        static let inn = Pixels.Colour(96, 208, 255)
        static let strip = Pixels.Colour(12, 12, 14)
        static let frame = Pixels.Colour(16, 14, 16)
    }

    private static let compass = 30..<130
    private static let compassRows = 3..<6
    /// Columns from the middle of the compass to 90 degrees.
    private static let quarter = 48.0

    /// The bars at the bottom, described as a profile describes those of any game: 40 x 5 pixels with their frame, in
    /// whose colour they empty.
    static let hud: HUDReader = {
        func bar(x: Double, _ colour: [Int]) -> HUDReader.Field {
            let (width, height) = (Double(Pixels.width), Double(Pixels.height))
            return .bar(
                BarReader(
                    BarReader.Field(
                        x: x / width, y: 89 / height, width: 40 / width, height: 5 / height, colour: colour,
                        empty: [16, 14, 16])))
        }
        return HUDReader([
            .magicka: bar(x: 6, [48, 84, 220]), .health: bar(x: 60, [200, 40, 40]),
            .stamina: bar(x: 114, [60, 180, 72]),
        ])
    }()

    static func readCompass(of pixels: Pixels, into reading: inout Reading) {
        let foes = marks(in: pixels, Ink.red, tolerance: 80)
        reading.enemies = foes.count
        reading.enemyBearing = mean(of: foes)
        reading.rumourBearing = nearestAhead(marks(in: pixels, Ink.gold, tolerance: 60))
        reading.innBearing = nearestAhead(marks(in: pixels, Ink.inn, tolerance: 60))
    }

    static func readCentre(of pixels: Pixels, into reading: inout Reading) {
        if pixels.share(x: 60..<100, y: 10..<11, step: 1, near: Ink.frame, 30) > 0.9 {
            reading.targetHealth = 100 * pixels.share(x: 60..<100, y: 11..<12, step: 1, near: Ink.red, 80)
        }
        let letters = pixels.count(x: 68..<94, y: 53..<58, step: 1, near: Ink.white, 80)
        reading.prompt = letters > 20 && pixels.share(x: 68..<94, y: 52..<53, step: 1, near: Ink.strip, 24) > 0.9
        let eye = pixels.count(x: 66..<95, y: 48..<49, step: 1, near: Ink.gold, 80)
        reading.sneaking = eye >= 6 && pixels.share(x: 78..<83, y: 47..<48, step: 1, near: Ink.frame, 30) > 0.8
        reading.detection = reading.sneaking ? min(1, max(0, Double(eye - 7) / 14)) : 0
    }

    static func readInventory(of pixels: Pixels, into reading: inout Reading) {
        func line(_ y: Int) -> String {
            text(in: pixels, x: 12..<100, y: y, colour: Ink.writing, tolerance: 60)
        }
        reading.potions = number(after: "POTION", in: line(22))
        reading.gold = number(after: "GOLD", in: line(30))
        reading.level = number(after: "LEVEL", in: line(38))
    }

    // MARK: - Compass marks

    /// Runs of columns in which the colour appears. Marks that touch count as one.
    private static func marks(in pixels: Pixels, _ colour: Pixels.Colour, tolerance: Int) -> [Range<Int>] {
        var marks: [Range<Int>] = []
        for x in compass {
            guard compassRows.contains(where: { pixels.isNear(x, $0, colour, tolerance) }) else { continue }
            if let last = marks.last, last.upperBound == x {
                marks[marks.count - 1] = last.lowerBound..<x + 1
            } else {
                marks.append(x..<x + 1)
            }
        }
        return marks
    }

    private static func bearing(of mark: Range<Int>) -> Double {
        let centre = Double(mark.lowerBound + mark.upperBound - 1) / 2
        return (centre - 80) / quarter * 90
    }

    private static func mean(of marks: [Range<Int>]) -> Double? {
        guard !marks.isEmpty else { return nil }
        return marks.map(bearing).reduce(0, +) / Double(marks.count)
    }

    private static func nearestAhead(_ marks: [Range<Int>]) -> Double? {
        marks.map(bearing).min { abs($0) < abs($1) }
    }
}
