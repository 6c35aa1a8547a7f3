import Synchronization

/// The last of what a program says, for the message when it fails.
final class StderrTail: Sendable {
    private static let limit = 2000
    private let bytes = Mutex<[UInt8]>([])

    func append(_ piece: some Sequence<UInt8>) {
        bytes.withLock { bytes in
            bytes += piece
            if bytes.count > Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
        }
    }

    /// Its last line that is not empty, cut to a length that fits a message.
    var lastLine: String {
        let text = String(decoding: bytes.withLock(\.self), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).last.map { String($0.prefix(200)) } ?? ""
    }
}
