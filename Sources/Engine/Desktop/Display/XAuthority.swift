import Basics
import Glibc

/// A file of X11 authority that lets in whoever can read it, and nobody else.
///
/// Format: `man Xau` (libXau, AuRead.c): a family, then address, display number, name and data, each with its length,
/// all numbers 16 bits, big-endian.
enum XAuthority {
    static let name = "MIT-MAGIC-COOKIE-1"
    /// Any family, address and display: the number of the display is not known before its server runs.
    private static let wild: UInt16 = 0xFFFF

    static func entry(cookie: [UInt8]) -> [UInt8] {
        func number(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }
        func counted(_ bytes: [UInt8]) -> [UInt8] { number(UInt16(bytes.count)) + bytes }
        return number(wild) + counted([]) + counted([]) + counted(Array(name.utf8)) + counted(cookie)
    }

    /// Writes a file with a cookie of its own, for this user only.
    static func write(to path: String) throws(DesktopError) {
        var random = SystemRandomNumberGenerator()
        let cookie = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
        do {
            try WholeFile.replace(path, with: entry(cookie: cookie))
        } catch {
            throw .file(path, why: "\(error)")
        }
    }

    /// The cookie for a display of this machine, from the file of a person's; `nil` where there is none.
    static func cookie(display: Int, file: String?) -> [UInt8]? {
        guard let file, let bytes = try? WholeFile.read(file, limit: 1 << 20) else { return nil }
        return cookie(display: display, in: bytes)
    }

    /// A file names other machines' displays, too, but a socket on this one lets in whoever has the cookie of its
    /// number: an entry for any display is as good.
    static func cookie(display: Int, in bytes: [UInt8]) -> [UInt8]? {
        var at = 0
        func number() -> Int? {
            guard at + 2 <= bytes.count else { return nil }
            defer { at += 2 }
            return Int(bytes[at]) << 8 | Int(bytes[at + 1])
        }
        func counted() -> [UInt8]? {
            guard let length = number(), at + length <= bytes.count else { return nil }
            defer { at += length }
            return Array(bytes[at..<(at + length)])
        }
        while number() != nil, counted() != nil, let place = counted(), let kind = counted(), let data = counted() {
            guard kind == Array(name.utf8), place.isEmpty || place == Array("\(display)".utf8) else { continue }
            return data
        }
        return nil
    }
}
