#if canImport(Glibc)
import Glibc
#endif

/// Plain writing to the standard streams, without buffering.
enum Output {
    /// Writes a line to standard output. False when nobody reads it any more.
    @discardableResult
    static func write(_ line: String) -> Bool { put(line + "\n", to: 1) }

    static func error(_ line: String) { _ = put(line + "\n", to: 2) }

    private static func put(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}

extension Slice where Base == UnsafeBufferPointer<UInt8> {
    fileprivate var baseAddress: UnsafePointer<UInt8>? { base.baseAddress.map { $0 + startIndex } }
}
