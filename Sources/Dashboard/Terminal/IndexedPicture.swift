import Canvas

/// A picture of few colours: each pixel is a number in a palette, made for this picture (median cut, Heckbert 1982).
struct IndexedPicture {
    /// 0...255 a channel.
    private(set) var palette: [(red: Int, green: Int, blue: Int)] = []
    private(set) var indexes: [UInt8]

    /// `rgb` holds 8 bits a channel; `colors` is how many there may be, 2...256.
    init(_ rgb: [UInt8], colors: Int) {
        let count = rgb.count / 3
        // Colours that differ in the last three bits count as one: the palette says what they look like on average.
        var tallies = [Tally](repeating: Tally(), count: 1 << 15)
        var keys = [UInt16](repeating: 0, count: count)
        rgb.withUnsafeBufferPointer { rgb in
            for pixel in 0..<count {
                let (red, green, blue) = (Int(rgb[pixel * 3]), Int(rgb[pixel * 3 + 1]), Int(rgb[pixel * 3 + 2]))
                let key = (red >> 3) << 10 | (green >> 3) << 5 | blue >> 3
                keys[pixel] = UInt16(key)
                tallies[key].add(red, green, blue)
            }
        }
        var bins = tallies.indices.filter { tallies[$0].count > 0 }
        var numbers = [UInt8](repeating: 0, count: 1 << 15)
        for box in Self.boxes(&bins, tallies, most: max(2, min(256, colors))) {
            let all = bins[box].reduce(into: Tally()) { $0.add(tallies[$1]) }
            for bin in bins[box] { numbers[bin] = UInt8(palette.count) }
            palette.append(all.mean)
        }
        indexes = keys.map { numbers[Int($0)] }
    }

    /// Pixels of about one colour: how many, and the sums of their channels.
    private struct Tally {
        var count = 0, red = 0, green = 0, blue = 0
        mutating func add(_ red: Int, _ green: Int, _ blue: Int) {
            count += 1
            (self.red, self.green, self.blue) = (self.red + red, self.green + green, self.blue + blue)
        }
        mutating func add(_ other: Tally) {
            count += other.count
            (red, green, blue) = (red + other.red, green + other.green, blue + other.blue)
        }
        var mean: (red: Int, green: Int, blue: Int) { (red / count, green / count, blue / count) }
    }

    /// Parts of `bins` (sorted for it), each one colour. The part with the most to gain is cut in two where half of its
    /// pixels are on either side, along the channel in which it is longest.
    private static func boxes(_ bins: inout [Int], _ tallies: [Tally], most: Int) -> [Range<Int>] {
        if bins.count <= most { return bins.indices.map { $0..<$0 + 1 } }
        var open = [Box(bins.indices, bins, tallies)]
        while open.count < most, let place = open.indices.max(by: { open[$0].weight < open[$1].weight }),
            open[place].weight > 0
        {
            let box = open[place]
            bins[box.range].sort { $0 >> box.shift & 31 < $1 >> box.shift & 31 }
            var left = 0
            var cut = box.range.lowerBound
            repeat {
                left += tallies[bins[cut]].count
                cut += 1
            } while cut < box.range.upperBound - 1 && left < box.count / 2
            open[place] = Box(box.range.lowerBound..<cut, bins, tallies)
            open.append(Box(cut..<box.range.upperBound, bins, tallies))
        }
        return open.map(\.range)
    }

    private struct Box {
        let range: Range<Int>
        var count = 0
        /// Where the bits of its longest channel begin in the number of a bin.
        var shift = 0
        /// Pixels, times how far apart their colours are; 0 for what cannot be cut.
        var weight = 0

        init(_ range: Range<Int>, _ bins: [Int], _ tallies: [Tally]) {
            self.range = range
            var low = (31, 31, 31)
            var high = (0, 0, 0)
            for bin in bins[range] {
                count += tallies[bin].count
                let (red, green, blue) = (bin >> 10, bin >> 5 & 31, bin & 31)
                low = (min(low.0, red), min(low.1, green), min(low.2, blue))
                high = (max(high.0, red), max(high.1, green), max(high.2, blue))
            }
            let lengths = [(high.2 - low.2, 0), (high.1 - low.1, 5), (high.0 - low.0, 10)]
            let longest = lengths.max { $0.0 < $1.0 } ?? (0, 0)
            shift = longest.1
            weight = range.count > 1 ? longest.0 * count : 0
        }
    }
}
