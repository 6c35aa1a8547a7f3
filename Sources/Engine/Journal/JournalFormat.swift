import FoundationEssentials
import Glibc
import Record

/// The first line of a journal: `{"singularis":{"format":1,...}}`.
package struct JournalHeader: Codable, Sendable, Equatable {
    /// Rises only when an older reader could no longer make sense of a journal. New kinds of lines and new fields are
    /// passed over by older readers, and do not raise it. 2 packs what is packed in another way (``Packing``), and
    /// tells durations by steps.
    package static let newest = 2

    package var format = Self.newest
    /// Of the program that wrote it.
    package var version: String
    /// The session's name, such as `20261129-104559-3f2a`.
    package var session: String
    /// Wall time, in UTC: `2026-11-29T10:45:59Z`.
    package var started: String
    /// The same by the machine's own time; earlier versions did not write it.
    package var machine: MachineTime?
    /// What is known before the session has started; all of it is told by the first `started` event.
    package var settings: SessionInfo

    package init(
        version: String, session: String, started: Date, machine: MachineTime? = nil, settings: SessionInfo
    ) {
        self.version = version
        self.session = session
        self.started = started.formatted(.iso8601)
        self.machine = machine
        self.settings = settings
    }

    /// When the session was started; `nil` when that cannot be read.
    package var date: Date? { try? Date(started, strategy: .iso8601) }

    struct Line: Codable {
        var singularis: JournalHeader
    }
}

/// Why a journal cannot be opened, written or read.
package enum JournalError: Error, CustomStringConvertible, Equatable {
    /// A call to the system failed: what was done, to which file, and why.
    case system(String, path: String, code: Int32)
    case notAJournal(path: String, why: String)
    /// Another program writes it.
    case held(path: String)
    case exists(path: String)
    /// Somebody removed it while it was written.
    case removed(path: String)

    package var description: String {
        switch self {
        case .system(let what, let path, let code): "\(what) \(path): \(String(cString: strerror(code)))"
        case .notAJournal(let path, let why): "\(path) is no journal of a session: \(why)"
        case .held(let path): "\(path) is being written by another session"
        case .exists(let path): "\(path) exists; name a file that does not, or a folder"
        case .removed(let path): "\(path) was removed while the session was written to it"
        }
    }
}

/// The names of the lines that are not events, and what all lines are held to.
enum JournalFormat {
    /// The longest line that is read, in bytes.
    static let longestLine = 16 << 20
    /// What the packed lines since a keyframe may unpack to, in bytes.
    static let longestUnpacked = 256 << 20

    /// `{"t":12.345,"name":payload}` and the end of the line. The time has four decimals at the most.
    static func line(_ time: Double, _ name: String, _ payload: some Sequence<UInt8>) -> [UInt8] {
        Array("{\"t\":\(number(time)),\"\(name)\":".utf8) + payload + [UInt8(ascii: "}"), UInt8(ascii: "\n")]
    }

    static func number(_ time: Double) -> String {
        time == time.rounded() && time.magnitude < 1e15 ? String(Int(time)) : String(time)
    }

    /// Whether all numbers in a JSON text are small enough to be counted on: integers of at most 15 digits, and no
    /// powers of ten. A journal may come from anywhere, and a sum that overflows would end the program.
    static func hasSaneNumbers(_ json: some Sequence<UInt8>) -> Bool {
        var isText = false, isEscaped = false
        var digits = 0
        var isFraction = false, wasExponent = false
        for byte in json {
            if isText {
                if isEscaped { isEscaped = false } else if byte == UInt8(ascii: "\\") { isEscaped = true }
                else if byte == UInt8(ascii: "\"") { isText = false }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if wasExponent { return false }
                if !isFraction { digits += 1 }
                if digits > 15 { return false }
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                // Not the one in `true`, `false` or `else`: behind a digit.
                if digits > 0 { wasExponent = true }
                continue
            case UInt8(ascii: "+"): if wasExponent { return false }
            case UInt8(ascii: "-"): break
            default: (digits, isFraction) = (0, false)
            }
            wasExponent = false
        }
        return true
    }
}
