/// Turns the bytes of a `text/event-stream` body into events, in whatever pieces they arrive. Pure.
///
/// Follows the WHATWG grammar: lines end in CR, LF or CRLF and nowhere else (U+2028, U+2029 and U+0085 may stand
/// unescaped inside JSON strings), comments and unknown fields are skipped, one space after the colon is optional.
package struct ServerSentEvents: Sendable {
    package struct Event: Sendable, Equatable {
        /// The `event:` field; `nil` where the stream names none.
        package var name: String?
        /// The `data:` lines, joined by line feeds.
        package var data: [UInt8]

        package init(name: String? = nil, data: [UInt8]) {
            self.name = name
            self.data = data
        }

        /// The marker some servers end a stream with. It is not JSON.
        package var isDone: Bool { data.elementsEqual("[DONE]".utf8) }
    }

    /// A line or an event that grew over the bound: the peer is broken or hostile.
    package struct TooLong: Error, Equatable {
        package let bound: Int
        package init(bound: Int) { self.bound = bound }
    }

    private let bound: Int
    private var line: [UInt8] = []
    private var name: String?
    private var data: [UInt8] = []
    private var hasData = false
    private var lastWasCarriageReturn = false
    private var isFirstLine = true

    /// `bound` is the most bytes that one line, or the data of one event, may have.
    package init(bound: Int = 4 * 1024 * 1024) { self.bound = bound }

    /// Takes the next bytes of the body and gives the events that they complete.
    package mutating func consume(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            let followsCarriageReturn = lastWasCarriageReturn
            lastWasCarriageReturn = byte == .carriageReturn
            switch byte {
            case .lineFeed where followsCarriageReturn: break  // the second half of CRLF
            case .lineFeed, .carriageReturn:
                if let event = try endLine() { events.append(event) }
            default:
                guard line.count < bound else { throw TooLong(bound: bound) }
                line.append(byte)
            }
        }
        return events
    }

    /// Takes the end of the body and gives what the missing last empty line would have completed. The event may be
    /// incomplete: whether it can be used is for the caller to see.
    package mutating func finish() throws(TooLong) -> Event? {
        if !line.isEmpty, let event = try endLine() { return event }
        return dispatch()
    }

    private mutating func endLine() throws(TooLong) -> Event? {
        defer {
            line.removeAll(keepingCapacity: true)
            isFirstLine = false
        }
        var content = line[...]
        if isFirstLine, content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
        guard !content.isEmpty else { return dispatch() }

        let colon = content.firstIndex(of: .colon) ?? content.endIndex
        var value = content[colon...].dropFirst()
        if value.first == .space { value = value.dropFirst() }
        if content[..<colon].elementsEqual("data".utf8) {
            guard data.count + value.count < bound else { throw TooLong(bound: bound) }
            if hasData { data.append(.lineFeed) }
            data.append(contentsOf: value)
            hasData = true
        } else if content[..<colon].elementsEqual("event".utf8) {
            name = String(decoding: value, as: UTF8.self)
        }
        return nil
    }

    private mutating func dispatch() -> Event? {
        defer {
            name = nil
            data = []
            hasData = false
        }
        return hasData ? Event(name: name, data: data) : nil
    }
}

extension UInt8 {
    fileprivate static let lineFeed = UInt8(ascii: "\n")
    fileprivate static let carriageReturn = UInt8(ascii: "\r")
    fileprivate static let colon = UInt8(ascii: ":")
    fileprivate static let space = UInt8(ascii: " ")
}
