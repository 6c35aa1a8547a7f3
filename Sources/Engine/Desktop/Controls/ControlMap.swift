import Basics
import Games

/// The keys that a person gave a game of Bethesda's, as the game itself writes them down, in `ControlMap_Custom.txt`.
/// Pure.
///
/// A line is an event and, after tabs, its keyboard, mouse and gamepad numbers: `Sprint<tab>0x38<tab>0xff<tab>0x0100`.
/// `0xff` is none, a comma stands between keys of which each will do, a plus between those of a chord, and
/// `!0,Activate` is whatever Activate has in section 0. Sections are parted by empty lines; the first is for play.
package struct ControlMap: Sendable, Equatable {
    /// What an event is played with.
    package enum Keys: Sendable, Equatable {
        /// All of them together.
        case pressed([GameKey])
        /// The person took its key away.
        case unbound
        /// A number, or a link, that leads to no key that can be pressed here.
        case unknown(String)
    }

    /// Why a file is not what it should be.
    package struct Mistake: Error, Equatable, CustomStringConvertible {
        /// From 1.
        package let line: Int
        package let why: String
        package var description: String { "line \(line): \(why)" }
    }

    /// The keyboard and the mouse of an event, each of which will do.
    private struct Row: Equatable {
        let keyboard: [Way]
        let mouse: [Way]
    }

    private enum Way: Equatable {
        case codes([Int])
        /// What the event of that name has in that section.
        case link(section: Int, event: String)
    }

    /// By the event's name in small letters, which are all the same to the game.
    private var sections: [[String: Row]] = [[:]]

    /// Lines of a file, and letters of one that are shown.
    private static let (mostLines, shownLetters) = (5000, 24)
    private static let none = 0xFF

    /// - Throws: ``Mistake``: nothing of a file is used of which a part cannot be understood.
    package init(_ text: String) throws(Mistake) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.count <= Self.mostLines else { throw Mistake(line: Self.mostLines, why: "it has too many lines") }
        for (index, line) in lines.enumerated() {
            let words = line.drop { $0 == "\u{FEFF}" || $0.isWhitespace }
            if words.hasPrefix("//") { continue }
            if words.isEmpty {
                if sections.last?.isEmpty == false { sections.append([:]) }
                continue
            }
            do {
                let (name, row) = try Self.row(words)
                // The game takes the first of several.
                if sections[sections.count - 1][name] == nil { sections[sections.count - 1][name] = row }
            } catch {
                throw Mistake(line: index + 1, why: error.why)
            }
        }
        guard sections.contains(where: { !$0.isEmpty }) else { throw Mistake(line: 1, why: "it names no event") }
    }

    /// What an event is played with; `nil` where the file says nothing of it.
    package subscript(event: String) -> Keys? {
        let name = event.lowercased()
        guard let section = sections.firstIndex(where: { $0[name] != nil }) else { return nil }
        return keys(of: name, in: section, links: 0)
    }

    private func keys(of name: String, in section: Int, links: Int) -> Keys {
        // A link may lead to itself.
        guard links < 4, sections.indices.contains(section), let row = sections[section][name] else {
            return .unknown("it is the key of \"\(name)\", which the file does not have")
        }
        var failure: Keys?
        for (ways, device, find) in [(row.keyboard, "key", ScanCodes.key), (row.mouse, "button", ScanCodes.button)] {
            for way in ways {
                switch way {
                case .codes(let codes):
                    let keys = codes.compactMap(find)
                    if keys.count == codes.count { return .pressed(keys) }
                    let numbers = codes.map { "0x" + String($0, radix: 16) }.joined(separator: "+")
                    failure = failure ?? .unknown("\(device) \(numbers) has no name here")
                case .link(let section, let event):
                    let linked = keys(of: event, in: section, links: links + 1)
                    if case .pressed = linked { return linked }
                    failure = failure ?? linked
                }
            }
        }
        return failure ?? .unbound
    }

    // MARK: - Lines

    private struct Unreadable: Error { let why: String }

    private static func row(_ line: Substring) throws(Unreadable) -> (name: String, Row) {
        let fields = line.split(separator: "\t").map { String($0).trimmingSpace }.filter { !$0.isEmpty }
        guard let name = fields.first, fields.count >= 3 else {
            throw Unreadable(why: "an event and its keyboard and mouse numbers, with tabs between, were expected")
        }
        guard name.count <= 64, name.allSatisfy({ $0.isASCII && !$0.isNewline && $0 >= " " }) else {
            throw Unreadable(why: "\"\(shown(name))\" is no name of an event")
        }
        return (name.lowercased(), Row(keyboard: try ways(fields[1]), mouse: try ways(fields[2])))
    }

    /// A field: `0xff`, `0x12,0x1c`, `0x1d+0x2e`, `!0,Tween Menu,!0,Pause`, or a mixture of these.
    private static func ways(_ field: String) throws(Unreadable) -> [Way] {
        var ways: [Way] = []
        var link: Int?
        for part in field.split(separator: ",", omittingEmptySubsequences: false).map({ String($0).trimmingSpace }) {
            if let section = link {
                guard !part.isEmpty else { throw Unreadable(why: "\"\(shown(field))\" links to nothing") }
                ways.append(.link(section: section, event: part.lowercased()))
                link = nil
            } else if part.hasPrefix("!") {
                guard let section = Int(part.dropFirst()), section >= 0 else {
                    throw Unreadable(why: "\"\(shown(part))\" is no number of a section")
                }
                link = section
            } else {
                var codes: [Int] = []
                for number in part.split(separator: "+", omittingEmptySubsequences: false) {
                    codes.append(try code(number))
                }
                if codes != [none] { ways.append(.codes(codes)) }
            }
        }
        guard link == nil else { throw Unreadable(why: "\"\(shown(field))\" links to nothing") }
        return ways
    }

    private static func code(_ text: Substring) throws(Unreadable) -> Int {
        guard text.lowercased().hasPrefix("0x"), (3...6).contains(text.count), !text.contains("-"),
            let code = Int(text.dropFirst(2), radix: 16)
        else { throw Unreadable(why: "\"\(shown(String(text)))\" is no number of a key, such as 0x11") }
        return code
    }

    /// A text of the file, as it can be put into a message.
    private static func shown(_ text: String) -> String {
        let letters = text.prefix(shownLetters).map { $0.isASCII && $0 >= " " && $0 != "\u{7F}" ? $0 : "?" }
        return String(letters) + (text.count > shownLetters ? "..." : "")
    }
}
