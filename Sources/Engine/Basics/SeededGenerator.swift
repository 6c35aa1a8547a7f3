/// SplitMix64 (Steele, Lea and Flood): small, fast, and the same numbers for the same seed on every machine, which
/// makes a run repeatable. The only source of chance in the program.
package struct SeededGenerator: RandomNumberGenerator, Sendable, Equatable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in 0..<1, with 53 random bits.
    package mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }

    /// True with this probability.
    package mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// Uniform in a range that is not empty.
    package mutating func integer(in range: Range<Int>) -> Int {
        range.lowerBound + Int(unit() * Double(range.count))
    }

    /// Uniform in a closed range.
    package mutating func integer(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(unit() * Double(range.count))
    }
}
