#if canImport(Glibc)
import Glibc
#endif

/// Plain writing to the standard streams, without buffering. A reader that has gone is not an error of ours.
enum Output {
    static func write(_ line: String) { put(line + "\n", to: 1) }
    static func error(_ line: String) { put(line + "\n", to: 2) }

    private static func put(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}

extension Slice where Base == UnsafeBufferPointer<UInt8> {
    fileprivate var baseAddress: UnsafePointer<UInt8>? { base.baseAddress.map { $0 + startIndex } }
}
