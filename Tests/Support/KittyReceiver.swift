import Basics
import FoundationEssentials

/// Takes the commands of kitty's graphics protocol, and nothing that its description does not allow.
public struct KittyReceiver: Sendable {
    public enum Event: Sendable, Equatable {
        /// More of a picture is to come.
        case loading
        /// A picture is shown at the cursor, in so many cells.
        case shown(id: Int, TerminalPicture, columns: Int, rows: Int)
        case removed(id: Int)
        /// Only asked whether it could.
        case asked(id: Int)
        /// A picture ended before it was whole.
        case broken
    }

    private var loading: (keys: [Substring: String], data: [UInt8])?
    /// Whether a picture has come in part.
    public var isLoading: Bool { loading != nil }

    public init() {}

    /// `command` is what stands between `ESC _` and the string's end.
    public mutating func take(_ command: [UInt8]) throws -> Event {
        guard command.first == UInt8(ascii: "G") else { throw PictureFault("no graphics command") }
        let semicolon = UInt8(ascii: ";")
        let parts = command.dropFirst().split(separator: semicolon, maxSplits: 1, omittingEmptySubsequences: false)
        var keys: [Substring: String] = [:]
        for field in String(decoding: parts[0], as: UTF8.self).split(separator: ",") {
            let pair = field.split(separator: "=")
            guard pair.count == 2, pair[0].count == 1, keys.updateValue(String(pair[1]), forKey: pair[0]) == nil else {
                throw PictureFault("the key \(field)")
            }
        }
        let payload = parts.count > 1 ? Array(parts[1]) : []
        guard payload.count <= 4096 else { throw PictureFault("a piece of \(payload.count) characters") }
        if keys["a"] == "q" {
            guard payload == Array("AAAA".utf8), keys["s"] == "1", keys["v"] == "1", keys["f"] == "24" else {
                throw PictureFault("a question about \(keys)")
            }
            return .asked(id: try number(keys, "i"))
        }
        guard keys["q"] == "2" else { throw PictureFault("wants an answer") }
        if keys["a"] == "d" {
            guard loading == nil else { throw PictureFault("removes in the middle of a picture") }
            guard keys["d"] == "I" else { throw PictureFault("removes more than one") }
            return .removed(id: try number(keys, "i"))
        }
        if loading == nil, keys["a"] == nil, payload.isEmpty { return .broken }
        if loading != nil {
            guard Set(keys.keys).isSubset(of: ["m", "q"]) else { throw PictureFault("a later piece says \(keys)") }
        } else {
            guard keys["a"] == "T" else { throw PictureFault("the action \(keys)") }
            loading = (keys, [])
        }
        let isLast = keys["m"] != "1"
        guard isLast || payload.count % 4 == 0 else { throw PictureFault("a piece is cut inside of a group") }
        loading!.data += payload
        guard isLast, let whole = loading else { return .loading }
        loading = nil
        if payload.isEmpty { return .broken }
        return try shown(whole.keys, whole.data)
    }

    private func shown(_ keys: [Substring: String], _ base64: [UInt8]) throws -> Event {
        guard keys["f"] == "24", keys["o"] == "z", keys["C"] == "1", let data = Data(base64Encoded: Data(base64)) else {
            throw PictureFault("pixels as \(keys)")
        }
        let (width, height) = (try number(keys, "s"), try number(keys, "v"))
        let rgb = try Inflater.inflate([UInt8](data), .zlib, limit: width * height * 3)
        guard rgb.count == width * height * 3 else { throw PictureFault("\(rgb.count) bytes for \(width) x \(height)") }
        return .shown(
            id: try number(keys, "i"), TerminalPicture(width: width, height: height, rgb: rgb),
            columns: try number(keys, "c"), rows: try number(keys, "r"))
    }

    private func number(_ keys: [Substring: String], _ key: Substring) throws -> Int {
        guard let number = keys[key].flatMap({ Int($0) }), (1...4_294_967_295).contains(number) else {
            throw PictureFault("\(key) is \(keys[key] ?? "missing")")
        }
        return number
    }
}
