import Basics
import Glibc

/// Asks an X server how its windows lie, over its socket: what xdotool tells nobody (which window is above which), and
/// often enough that a program for each question would cost too much. It asks only, and changes nothing.
///
/// Blocks, for as long as a server on this machine takes to answer, and for ``patience`` at the most. Protocol: "X
/// Window System Protocol", version 11, appendix B; numbers in the order of bytes that is asked for, little-endian.
final class XWire {
    typealias Window = UInt32

    struct Failure: Error { let why: String }

    /// A rectangle on the screen, in pixels.
    struct Area: Equatable, Sendable {
        var x: Int, y: Int, width: Int, height: Int

        func overlaps(_ other: Area) -> Bool {
            x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
        }
    }

    private static let patience = timeval(tv_sec: 0, tv_usec: 250_000)
    /// The longest answer that is believed, in bytes.
    private static let longest = 1 << 20

    private let descriptor: Int32
    private(set) var root: Window = 0
    let screen: Int

    /// - Throws: ``Failure``: no server on this machine, or not one that lets us in.
    init(display: String, authority: String?) throws(Failure) {
        let parts = display.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].isEmpty || parts[0] == "unix" else { throw Failure(why: "it is elsewhere") }
        let numbers = parts[1].split(separator: ".")
        guard let number = numbers.first.flatMap({ Int($0) }) else { throw Failure(why: "it has no number") }
        screen = numbers.count > 1 ? Int(numbers[1]) ?? 0 : 0
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(why: "no socket") }
        var patience = Self.patience
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "/tmp/.X11-unix/X\(number)".utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Failure(why: "it does not answer") }
        try greet(XAuthority.cookie(display: number, file: authority))
    }

    deinit { close(descriptor) }

    // MARK: - Questions

    /// A window's parent, and its children from the lowest to the highest.
    func tree(_ window: Window) throws(Failure) -> (parent: Window, children: [Window]) {
        let answer = try ask(15, [window])
        let count = Int(answer.number16(16))
        guard answer.count >= 32 + count * 4 else { throw Failure(why: "an answer is cut off") }
        return (answer.number32(12), (0..<count).map { answer.number32(32 + $0 * 4) })
    }

    /// Where a window is in its parent, with its border.
    func area(_ window: Window) throws(Failure) -> Area {
        let answer = try ask(14, [window])
        let border = 2 * Int(answer.number16(20))
        return Area(
            x: answer.signed16(12), y: answer.signed16(14), width: Int(answer.number16(16)) + border,
            height: Int(answer.number16(18)) + border)
    }

    /// What a window shows, without its border, on the screen.
    func content(_ window: Window) throws(Failure) -> Area {
        var area = try area(window)
        let border = Int(try ask(14, [window]).number16(20))
        let place = try ask(40, [window, root, 0])
        (area.x, area.y) = (place.signed16(12), place.signed16(14))
        (area.width, area.height) = (area.width - 2 * border, area.height - 2 * border)
        return area
    }

    /// Whether a window is shown, and has something to show: some only take the pointer.
    func isShown(_ window: Window) throws(Failure) -> Bool {
        let answer = try ask(3, [window])
        return answer.number16(12) == 1 && answer[26] == 2
    }

    /// The name that a window gives itself (`WM_NAME`); empty where it gives none.
    func name(_ window: Window) throws(Failure) -> String {
        let answer = try ask(20, [window, 39, 0, 0, 16])
        let length = min(Int(answer.number32(16)), answer.count - 32)
        return answer[1] == 8 ? String(decoding: answer[32..<(32 + length)], as: UTF8.self) : ""
    }

    /// Whether windows are drawn elsewhere first and put together by somebody: then each is whole, however it lies.
    func isComposited() throws(Failure) -> Bool {
        let name = Array("_NET_WM_CM_S\(screen)".utf8)
        let atom = try ask(16, data: Bytes.words([UInt32(name.count)]) + name.padded).number32(8)
        return try ask(23, [atom]).number32(8) != 0
    }

    // MARK: - Wire

    private func greet(_ cookie: [UInt8]?) throws(Failure) {
        let (name, data) = cookie.map { (Array(XAuthority.name.utf8), $0) } ?? ([], [])
        try send(
            [UInt8(ascii: "l"), 0, 11, 0, 0, 0, UInt8(name.count), 0, UInt8(data.count & 255), 0, 0, 0] + name.padded
                + data.padded)
        let head = try receive(8)
        let rest = try receive(Int(head.number16(6)) * 4)
        guard head[0] == 1 else { throw Failure(why: "it does not let us in") }
        // Behind the vendor's name and the formats come the screens, each with its depths and their visuals.
        var at = 32 + Int(rest.number16(16)).paddedLength + Int(rest[21]) * 8
        for _ in 0..<screen {
            var depths = Int(rest[at + 39])
            at += 40
            while depths > 0, at + 8 <= rest.count {
                at += 8 + Int(rest.number16(at + 2)) * 24
                depths -= 1
            }
            guard at + 40 <= rest.count else { throw Failure(why: "it has no such screen") }
        }
        root = rest.number32(at)
    }

    private func ask(_ code: UInt8, _ words: [UInt32]) throws(Failure) -> Bytes {
        try ask(code, data: Bytes.words(words))
    }

    private func ask(_ code: UInt8, data: [UInt8]) throws(Failure) -> Bytes {
        let length = 1 + data.count / 4
        try send([code, 0, UInt8(length & 255), UInt8(length >> 8)] + data)
        while true {
            let head = try receive(32)
            switch head[0] {
            case 0: throw Failure(why: "it refuses: error \(head[1])")
            case 1:
                let more = Int(head.number32(4)) * 4
                guard more <= Self.longest else { throw Failure(why: "an answer is too long") }
                return more == 0 ? head : Bytes(head.bytes + (try receive(more)).bytes)
            // An event, which some are told to everybody.
            default: continue
            }
        }
    }

    private func send(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(why: "it takes nothing") }
            rest = rest.dropFirst(count)
        }
    }

    private func receive(_ count: Int) throws(Failure) -> Bytes {
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        while got < count {
            let part = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + got, count - got, 0) }
            if part < 0, errno == EINTR { continue }
            guard part > 0 else { throw Failure(why: "it does not answer") }
            got += part
        }
        return Bytes(bytes)
    }
}

/// Bytes of the wire, in which what is not there is nought.
private struct Bytes {
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count }
    subscript(at: Int) -> UInt8 { bytes.indices.contains(at) ? bytes[at] : 0 }
    subscript(range: Range<Int>) -> ArraySlice<UInt8> { bytes[range] }
    func number16(_ at: Int) -> UInt16 { UInt16(self[at]) | UInt16(self[at + 1]) << 8 }
    func signed16(_ at: Int) -> Int { Int(Int16(bitPattern: number16(at))) }
    func number32(_ at: Int) -> UInt32 { UInt32(number16(at)) | UInt32(number16(at + 2)) << 16 }

    static func words(_ words: [UInt32]) -> [UInt8] {
        words.flatMap { word in (0..<4).map { UInt8(word >> ($0 * 8) & 255) } }
    }
}

extension Int {
    fileprivate var paddedLength: Int { (self + 3) / 4 * 4 }
}

extension [UInt8] {
    fileprivate var padded: [UInt8] { self + [UInt8](repeating: 0, count: count.paddedLength - count) }
}
