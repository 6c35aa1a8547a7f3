/// A canonical Huffman code with codes of at most 15 bits.
struct HuffmanCode {
    private static let longest = 15
    /// Codes of at most this many bits are looked up; longer ones are rare and walked bit by bit.
    private static let quick = 9

    /// By the next bits: symbol and length in one number, 0 for a longer code or none.
    private var table = [UInt16](repeating: 0, count: 1 << quick)
    private var counts = [Int](repeating: 0, count: longest + 1)
    /// Symbols by length, then by number.
    private var symbols: [Int] = []

    static let fixedLiterals = build((0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    static let fixedDistances = build([UInt8](repeating: 5, count: 30))

    /// From the length of each symbol's code, 0 for none. Throws when no such code exists, or when one with more than a
    /// single symbol leaves bits without a meaning.
    init(_ lengths: [UInt8]) throws(Inflate.Failure) {
        let left = assign(lengths)
        guard left >= 0 else { throw .invalid("deflate code with too many symbols") }
        guard left == 0 || symbols.count <= 1 else { throw .invalid("incomplete deflate code") }
    }

    private init() {}

    private static func build(_ lengths: [UInt8]) -> HuffmanCode {
        var code = HuffmanCode()
        _ = code.assign(lengths)
        return code
    }

    /// Gives the codes that are left over; negative when there are not enough.
    private mutating func assign(_ lengths: [UInt8]) -> Int {
        for length in lengths { counts[Int(length)] += 1 }
        counts[0] = 0
        var left = 1
        for length in 1...Self.longest {
            left = left << 1 - counts[length]
            if left < 0 { return left }
        }
        var code = 0
        for length in 1...Self.longest {
            for (symbol, own) in lengths.enumerated() where own == length {
                symbols.append(symbol)
                if length <= Self.quick { enter(symbol, code: code, length: length) }
                code += 1
            }
            code <<= 1
        }
        return left
    }

    private mutating func enter(_ symbol: Int, code: Int, length: Int) {
        // Codes are packed with their first bit lowest.
        var reversed = 0
        for bit in 0..<length where code >> bit & 1 == 1 { reversed |= 1 << (length - 1 - bit) }
        for index in stride(from: reversed, to: table.count, by: 1 << length) {
            table[index] = UInt16(symbol << 4 | length)
        }
    }

    func next(_ bits: inout BitReader) throws(Inflate.Failure) -> Int {
        let ahead = bits.peek()
        let entry = Int(table[ahead & (table.count - 1)])
        if entry > 0 {
            _ = try bits.take(entry & 15)
            return entry >> 4
        }
        var (code, first, index) = (0, 0, 0)
        for length in 1...Self.longest {
            code |= ahead >> (length - 1) & 1
            if code - first < counts[length] {
                _ = try bits.take(length)
                return symbols[index + code - first]
            }
            index += counts[length]
            first = (first + counts[length]) << 1
            code <<= 1
        }
        throw bits.count < Self.longest ? .endsEarly : .invalid("deflate code")
    }
}
