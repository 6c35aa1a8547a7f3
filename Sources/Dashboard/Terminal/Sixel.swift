import Canvas

/// Sixel graphics, as the VT340 has them (DEC STD 070): a palette, then bands of six rows, in each of them every colour
/// as characters that stand for six pixels one below the other.
enum Sixel {
    /// `rgb` of `size`, drawn as `target` pixels with at most `colors` colours. Every pixel is written, none beyond.
    static func encode(_ rgb: [UInt8], _ size: Size, as target: Size, colors: Int) -> [UInt8] {
        guard size.width > 0, size.height > 0, target.width > 0, target.height > 0 else { return [] }
        let picture = IndexedPicture(rgb, colors: colors)
        // What is not written (below the last band) stays as it is: 1.
        var bytes = Array("\u{1b}P0;1;0q\"1;1;\(target.width);\(target.height)".utf8)
        for (index, color) in picture.palette.enumerated() {
            // In hundredths, by the standard.
            let share = [color.red, color.green, color.blue].map { ($0 * 200 + 255) / 510 }
            bytes += "#\(index);2;\(share[0]);\(share[1]);\(share[2])".utf8
        }
        var band = Band(width: target.width, colors: picture.palette.count)
        let columns = (0..<target.width).map { $0 * size.width / target.width }
        for top in stride(from: 0, to: target.height, by: 6) {
            if top > 0 { bytes.append(UInt8(ascii: "-")) }
            for row in 0..<min(6, target.height - top) {
                let start = (top + row) * size.height / target.height * size.width
                band.add(row, of: picture.indexes, from: start, columns)
            }
            band.flush(into: &bytes)
        }
        return bytes + Array("\u{1b}\\".utf8)
    }

    /// Six rows of pixels, by colour.
    private struct Band {
        /// So many empty characters in a colour's row are passed over with others' in between.
        private static let gap = 10

        private let width: Int
        /// A row of characters for each colour: which of the six pixels have it.
        private var masks: [UInt8]
        /// Colours that were added, and the columns between which they are.
        private var used: [Int] = []
        private var first: [Int]
        private var last: [Int]

        init(width: Int, colors: Int) {
            self.width = width
            masks = [UInt8](repeating: 0, count: width * colors)
            first = [Int](repeating: .max, count: colors)
            last = [Int](repeating: -1, count: colors)
        }

        mutating func add(_ row: Int, of indexes: [UInt8], from start: Int, _ columns: [Int]) {
            let bit = UInt8(1) << UInt8(row)
            masks.withUnsafeMutableBufferPointer { masks in
                for (x, column) in columns.enumerated() {
                    let color = Int(indexes[start + column])
                    masks[color * width + x] |= bit
                    if last[color] < 0 { used.append(color) }
                    first[color] = min(first[color], x)
                    last[color] = max(last[color], x)
                }
            }
        }

        /// A stretch of one colour.
        private struct Run {
            let color: Int
            let columns: Range<Int>
        }

        /// Writes the band and empties it: stretches side by side as far as they follow each other, then from the left
        /// again.
        mutating func flush(into bytes: inout [UInt8]) {
            var runs = used.flatMap { color in self.runs(of: color) }
            runs.sort { ($0.columns.lowerBound, $0.color) < ($1.columns.lowerBound, $1.color) }
            var isFirst = true
            while !runs.isEmpty {
                if !isFirst { bytes.append(UInt8(ascii: "$")) }
                isFirst = false
                var x = 0
                var color = -1
                var later: [Run] = []
                for run in runs {
                    guard run.columns.lowerBound >= x else {
                        later.append(run)
                        continue
                    }
                    if run.color != color { bytes += "#\(run.color)".utf8 }
                    color = run.color
                    Self.append(0, run.columns.lowerBound - x, to: &bytes)
                    append(run, to: &bytes)
                    x = run.columns.upperBound
                }
                runs = later
            }
            for color in used {
                for x in first[color]...last[color] { masks[color * width + x] = 0 }
                (first[color], last[color]) = (.max, -1)
            }
            used.removeAll(keepingCapacity: true)
        }

        private func runs(of color: Int) -> [Run] {
            var runs: [Run] = []
            var start = first[color]
            var end = start
            for x in first[color]...last[color] where masks[color * width + x] != 0 {
                if x - end > Self.gap {
                    runs.append(Run(color: color, columns: start..<end))
                    start = x
                }
                end = x + 1
            }
            return runs + [Run(color: color, columns: start..<end)]
        }

        private func append(_ run: Run, to bytes: inout [UInt8]) {
            var x = run.columns.lowerBound
            while x < run.columns.upperBound {
                let mask = masks[run.color * width + x]
                var next = x + 1
                while next < run.columns.upperBound, masks[run.color * width + next] == mask { next += 1 }
                Self.append(mask, next - x, to: &bytes)
                x = next
            }
        }

        /// The same character so many times; four and more are told as a number.
        private static func append(_ mask: UInt8, _ count: Int, to bytes: inout [UInt8]) {
            let character = 63 + mask
            guard count > 3 else { return bytes.append(contentsOf: repeatElement(character, count: count)) }
            bytes += "!\(count)".utf8
            bytes.append(character)
        }
    }
}
