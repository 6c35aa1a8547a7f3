/// Inflates deflate data (RFC 1951). Never gives more bytes than were announced: a small file cannot become a large
/// one.
struct Inflate {
    enum Failure: Error, Equatable {
        case endsEarly
        /// More bytes than `limit`.
        case overflow
        case invalid(String)
    }

    /// What was inflated so far.
    private(set) var output: [UInt8] = []
    private let limit: Int
    private var bits: BitReader

    init(_ source: ArraySlice<UInt8>, limit: Int) {
        self.limit = limit
        bits = BitReader(source)
        // The compressed size bounds what is reserved: the announced one is only a claim.
        output.reserveCapacity(min(limit, source.count * 8))
    }

    /// Where in the source's array the first byte behind the deflate data is.
    var position: Int { bits.position }

    mutating func run() throws(Failure) {
        var isLast = false
        while !isLast {
            isLast = try bits.take(1) == 1
            switch try bits.take(2) {
            case 0: try stored()
            case 1: try compressed(.fixedLiterals, .fixedDistances)
            case 2:
                let (literals, distances) = try codes()
                try compressed(literals, distances)
            default: throw .invalid("unknown deflate block")
            }
        }
        bits.alignToByte()
    }

    private mutating func stored() throws(Failure) {
        bits.alignToByte()
        let length = try bits.take(16)
        guard try bits.take(16) ^ length == 0xFFFF else { throw .invalid("length of a stored block") }
        guard output.count + length <= limit else { throw .overflow }
        output += try bits.bytes(length)
    }

    private mutating func compressed(_ literals: HuffmanCode, _ distances: HuffmanCode) throws(Failure) {
        while true {
            let symbol = try literals.next(&bits)
            if symbol < 256 {
                guard output.count < limit else { throw .overflow }
                output.append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            guard symbol - 257 < Self.lengths.count else { throw .invalid("deflate length code") }
            let length = try Self.lengths[symbol - 257] + bits.take(Self.lengthBits[symbol - 257])
            let code = try distances.next(&bits)
            guard code < Self.distances.count else { throw .invalid("deflate distance code") }
            let distance = try Self.distances[code] + bits.take(Self.distanceBits[code])
            guard distance <= output.count else { throw .invalid("deflate distance before the beginning") }
            guard output.count + length <= limit else { throw .overflow }
            // Byte by byte: what is copied may reach into what is being written.
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    /// The codes of a block that brings its own.
    private mutating func codes() throws(Failure) -> (HuffmanCode, HuffmanCode) {
        let literals = try bits.take(5) + 257
        let distances = try bits.take(5) + 1
        let count = try bits.take(4) + 4
        guard literals <= 286, distances <= 30 else { throw .invalid("too many deflate codes") }
        var ofLengths = [UInt8](repeating: 0, count: 19)
        for symbol in Self.order.prefix(count) { ofLengths[symbol] = UInt8(try bits.take(3)) }
        let code = try HuffmanCode(ofLengths)
        var lengths: [UInt8] = []
        while lengths.count < literals + distances {
            let symbol = try code.next(&bits)
            switch symbol {
            case 0..<16: lengths.append(UInt8(symbol))
            case 16:
                guard let last = lengths.last else { throw .invalid("repetition of no deflate length") }
                lengths += repeatElement(last, count: try bits.take(2) + 3)
            case 17: lengths += repeatElement(0, count: try bits.take(3) + 3)
            default: lengths += repeatElement(0, count: try bits.take(7) + 11)
            }
        }
        guard lengths.count == literals + distances else { throw .invalid("too many deflate lengths") }
        guard lengths[256] > 0 else { throw .invalid("no deflate code for the end") }
        return (try HuffmanCode(Array(lengths[..<literals])), try HuffmanCode(Array(lengths[literals...])))
    }

    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let lengths = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distances = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12_289, 16_385, 24_577,
    ]
    private static let distanceBits = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
}
