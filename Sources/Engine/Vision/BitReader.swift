/// Reads bits from the low end of each byte.
struct BitReader {
    private let source: ArraySlice<UInt8>
    private var next: Int
    private var hold: UInt64 = 0
    private(set) var count = 0

    init(_ source: ArraySlice<UInt8>) {
        self.source = source
        next = source.startIndex
    }

    /// The first byte of which nothing was taken. Meant for after ``alignToByte()``.
    var position: Int { next - count / 8 }

    /// As many bits as there are, 15 of them at the most, without taking them; zeros stand in for what is missing.
    mutating func peek() -> Int {
        fill()
        return Int(hold & 0x7FFF)
    }

    mutating func take(_ bits: Int) throws(Inflate.Failure) -> Int {
        if count < bits { fill() }
        guard count >= bits else { throw .endsEarly }
        let value = hold & (1 << UInt64(bits) - 1)
        hold >>= UInt64(bits)
        count -= bits
        return Int(value)
    }

    mutating func alignToByte() {
        hold >>= UInt64(count % 8)
        count -= count % 8
    }

    /// Whole bytes; only where a byte begins.
    mutating func bytes(_ length: Int) throws(Inflate.Failure) -> ArraySlice<UInt8> {
        let start = position
        guard source.endIndex - start >= length else { throw .endsEarly }
        next = start + length
        (hold, count) = (0, 0)
        return source[start..<next]
    }

    private mutating func fill() {
        while count <= 56, next < source.endIndex {
            hold |= UInt64(source[next]) << UInt64(count)
            next += 1
            count += 8
        }
    }
}
