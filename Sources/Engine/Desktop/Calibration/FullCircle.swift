import Vision

/// Finds by its pictures when a steady turn has come round, and how far that was in whatever it was turned by: seconds
/// of a key, pixels of the mouse. Pure.
///
/// The first picture is the one that must come again, and twice: what only looks like it seldom does so at twice the
/// distance, too.
package struct FullCircle: Sendable {
    /// What the pictures have told so far.
    package enum Finding: Sendable, Equatable {
        case turning
        /// A full circle is so much of what it was turned by.
        case circle(Double)
    }

    /// The picture in the large, so that a view a little to the side is nearly the same, without its lower fifth, which
    /// games keep for what does not turn.
    private static let (columns, rows, share) = (32, 16, 0.8)
    /// Grey levels by which views in other directions differ at least; less is noise.
    private static let leastContrast = 4.0
    /// The same view differs from the first by no more than this share of what others do: things have moved meanwhile.
    private static let same = 0.5
    /// How exactly the second time must be twice the first.
    private static let tolerance = 0.04
    /// No circle is so few pictures: each would be another view.
    private static let fewestPictures = 12

    private var first: [Float]?
    private var positions: [Double] = []
    /// How much each picture differs from the first, in grey levels.
    private var differences: [Double] = []

    package private(set) var finding = Finding.turning

    package init() {}

    /// Takes in a picture, turned so far since some beginning.
    package mutating func look(at frame: Frame, turned position: Double) {
        guard finding == .turning, position > positions.last ?? -.infinity else { return }
        let view = Self.view(of: frame)
        guard let first else {
            self.first = view
            return note(position, 0)
        }
        note(position, Self.difference(view, first))
        if let circle = circle() { finding = .circle(circle) }
    }

    private mutating func note(_ position: Double, _ difference: Double) {
        positions.append(position)
        differences.append(difference)
    }

    /// Why nothing was found; for when no more pictures come.
    package var failure: String {
        if positions.count < 2 * Self.fewestPictures { return "only \(positions.count) pictures came" }
        if typical < Self.leastContrast { return "the view hardly changes while it turns" }
        return "the same view did not come round"
    }

    /// How much pictures usually differ from the first.
    private var typical: Double { differences.sorted()[differences.count / 2] }

    private func circle() -> Double? {
        guard positions.count > 2 * Self.fewestPictures, typical >= Self.leastContrast else { return nil }
        let lows = lows(below: typical * Self.same)
        for once in lows {
            let distance = place(of: once) - positions[0]
            guard let twice = lows.last(where: {
                abs((place(of: $0) - positions[0]) / (2 * distance) - 1) <= Self.tolerance
            }) else { continue }
            // A view that was more like the first than both is a better one.
            let worst = max(differences[once], differences[twice])
            guard !lows.contains(where: { $0 != once && $0 < twice && differences[$0] < worst * 0.6 }) else { continue }
            return (place(of: twice) - positions[0]) / 2
        }
        return nil
    }

    /// Where the differences are least, once the first view was left, each the lowest of all around it.
    private func lows(below limit: Double) -> [Int] {
        guard let left = differences.firstIndex(where: { $0 > limit }) else { return [] }
        var lows: [Int] = []
        var index = max(left, Self.fewestPictures)
        while index < differences.count {
            guard differences[index] < limit else {
                index += 1
                continue
            }
            let end = differences[index...].firstIndex { $0 >= limit } ?? differences.count
            // It may become lower yet.
            guard end < differences.count else { break }
            if let low = (index..<end).min(by: { differences[$0] < differences[$1] }) { lows.append(low) }
            index = end
        }
        return lows
    }

    /// Between the pictures around a low: where a parabola through them is lowest.
    private func place(of low: Int) -> Double {
        guard low > 0, low + 1 < positions.count else { return positions[low] }
        let (before, here, after) = (differences[low - 1], differences[low], differences[low + 1])
        let bend = before - 2 * here + after
        guard bend > 0 else { return positions[low] }
        let shift = (before - after) / (2 * bend)
        return positions[low] + shift * (positions[low + 1] - positions[low - 1]) / 2
    }

    /// Brightness without its mean, so that a flicker of the light is no other view.
    private static func view(of frame: Frame) -> [Float] {
        let height = Int(Double(frame.height) * share)
        var view = [Float](repeating: 0, count: columns * rows)
        frame.rgb.withUnsafeBufferPointer { rgb in
            for row in 0..<rows {
                for column in 0..<columns {
                    var (sum, count) = (0, 0)
                    for y in stride(from: row * height / rows, to: (row + 1) * height / rows, by: 4) {
                        let end = (column + 1) * frame.width / columns
                        for x in stride(from: column * frame.width / columns, to: end, by: 2) {
                            let at = (y * frame.width + x) * 3
                            sum += Int(rgb[at]) + Int(rgb[at + 1]) + Int(rgb[at + 2])
                            count += 3
                        }
                    }
                    view[row * columns + column] = count == 0 ? 0 : Float(sum) / Float(count)
                }
            }
        }
        let mean = view.reduce(0, +) / Float(view.count)
        return view.map { $0 - mean }
    }

    private static func difference(_ a: [Float], _ b: [Float]) -> Double {
        Double(zip(a, b).reduce(Float(0)) { $0 + abs($1.0 - $1.1) }) / Double(a.count)
    }
}
