import NIOCore

extension ByteBuffer {
    /// The number of characters that `count` bytes take in padded base64.
    package static func base64Length(of count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Writes bytes as padded standard base64, straight into the buffer's storage: a picture is most of a request, so
    /// it is touched once.
    package mutating func writeBase64(_ bytes: [UInt8]) {
        let length = Self.base64Length(of: bytes.count)
        writeWithUnsafeMutableBytes(minimumWritableBytes: length) { target in
            bytes.withUnsafeBufferPointer { source in
                alphabet.withUnsafeBufferPointer { letters in
                    encodeBase64(source, into: target, letters)
                }
            }
            return length
        }
    }
}

private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

private func encodeBase64(
    _ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableRawBufferPointer,
    _ letters: UnsafeBufferPointer<UInt8>
) {
    var read = 0
    var write = 0
    while read + 3 <= source.count {
        let group = UInt32(source[read]) << 16 | UInt32(source[read + 1]) << 8 | UInt32(source[read + 2])
        target[write] = letters[Int(group >> 18)]
        target[write + 1] = letters[Int(group >> 12 & 63)]
        target[write + 2] = letters[Int(group >> 6 & 63)]
        target[write + 3] = letters[Int(group & 63)]
        read += 3
        write += 4
    }
    let left = source.count - read
    guard left > 0 else { return }
    let group = UInt32(source[read]) << 16 | (left == 2 ? UInt32(source[read + 1]) << 8 : 0)
    target[write] = letters[Int(group >> 18)]
    target[write + 1] = letters[Int(group >> 12 & 63)]
    target[write + 2] = left == 2 ? letters[Int(group >> 6 & 63)] : UInt8(ascii: "=")
    target[write + 3] = UInt8(ascii: "=")
}
