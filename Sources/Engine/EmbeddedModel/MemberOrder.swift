import Basics

/// The names of an object's members in the order in which they stand, which `Codable` does not tell: a schema's
/// properties are answered in theirs. `path` leads to the object through the names of those around it, which may be
/// written in camelCase or in snake_case; the text is known to be JSON, and thought to be UTF-8.
func memberNames(at path: [String], in json: [UInt8]) -> [String] {
    func plain(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }
    let path = path.map(plain)
    var names: [String] = []
    /// The name under which each open object or list stands; the outermost has none.
    var open: [String] = []
    var name = ""
    var index = 0
    while index < json.count {
        switch json[index] {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            open.append(plain(name))
            name = ""
        case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
        case UInt8(ascii: "\""):
            let start = index
            index += 1
            while index < json.count, json[index] != UInt8(ascii: "\"") {
                index += json[index] == UInt8(ascii: "\\") ? 2 : 1
            }
            // What a colon follows is a name, anything else a value.
            guard index < json.count, json[(index + 1)...].first(where: { $0 > 0x20 }) == UInt8(ascii: ":")
            else { break }
            name = (try? JSON.decode(String.self, from: json[start...index])) ?? ""
            if open.dropFirst().elementsEqual(path) { names.append(name) }
        default: break
        }
        index += 1
    }
    return names
}
