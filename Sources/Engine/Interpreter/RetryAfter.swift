import FoundationEssentials

/// How long a server asks to wait, wherever it says so: in Retry-After (RFC 9110, 10.2.3: seconds, or a date), in the
/// headers that OpenAI and others send beside it, or in the text of its refusal.
enum RetryAfter {
    /// What the headers ask for outright. A date is measured by the server's own clock where its answer tells that,
    /// else by this machine's.
    static func wait(_ headers: [(name: String, value: String)]) -> Duration? {
        let value = reader(headers)
        if let wait = value("retry-after-ms").flatMap({ Duration(span: $0 + "ms") }) { return wait }
        return value("retry-after").flatMap { wait($0, date: value("date"), unix: Int64(Date().timeIntervalSince1970)) }
    }

    /// When the limit that was run into is lifted, by `x-ratelimit-reset-requests` and the like: of several limits the
    /// one of which nothing remains, else the one that is lifted first.
    static func reset(_ headers: [(name: String, value: String)]) -> Duration? {
        let value = reader(headers)
        let now = value("date").flatMap(unix) ?? Int64(Date().timeIntervalSince1970)
        let limits = ["-requests", "-tokens", ""].compactMap { name -> (wait: Duration, isSpent: Bool)? in
            let reset = value("x-ratelimit-reset" + name).flatMap { Duration(span: $0) ?? until($0, now: now) }
            return reset.map { ($0, value("x-ratelimit-remaining" + name) == "0") }
        }
        return limits.filter(\.isSpent).map(\.wait).max() ?? limits.map(\.wait).min()
    }

    /// What a text asks for: `Please try again in 1.2s`, `Please retry after 20 seconds`.
    static func wait(inText text: String) -> Duration? {
        let words = text.lowercased().split(whereSeparator: { $0 == " " || $0.isNewline })
        for (index, word) in words.enumerated() where word == "in" || word == "after" {
            let asked = index > 0 && ["again", "retry", "wait"].contains(words[index - 1])
            guard asked, index + 1 < words.count else { continue }
            let number = words[index + 1]
            let unit = index + 2 < words.count ? words[index + 2] : ""
            let names = [("ms", "milli"), ("s", "sec"), ("m", "min"), ("h", "hour")]
            let short = names.first { unit.hasPrefix($0.1) }?.0 ?? ""
            if let wait = Duration(span: trimmed(number) + (Double(number) == nil ? "" : short)) { return wait }
        }
        return nil
    }

    /// Without the full stop or comma of the sentence.
    private static func trimmed(_ word: Substring) -> String {
        var word = word
        while let last = word.last, !last.isLetter, !last.isNumber { word = word.dropLast() }
        return String(word)
    }

    private static func reader(_ headers: [(name: String, value: String)]) -> (String) -> String? {
        { name in headers.first { $0.name.lowercased() == name }?.value }
    }

    /// The time until an instant that is given in seconds, or milliseconds, since 1970; a smaller number is a wait.
    private static func until(_ text: String, now: Int64) -> Duration? {
        guard let number = Double(text), number >= 0, number < 1e14 else { return nil }
        if number < 1e8 { return .seconds(number) }
        return .seconds(max(0, (number < 1e11 ? number : number / 1000) - Double(now)))
    }

    static func wait(_ text: String, date: String?, unix: Int64) -> Duration? {
        if let wait = Duration(protobuf: text + "s") { return wait }
        guard let until = self.unix(text) else { return nil }
        return .seconds(max(0, until - (date.flatMap(self.unix) ?? unix)))
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The Unix second of an IMF-fixdate, such as `Sun, 06 Nov 1994 08:49:37 GMT`; `nil` when it is not one.
    static func unix(_ date: String) -> Int64? {
        let fields = date.split(separator: " ")
        guard fields.count == 6, fields[5] == "GMT", let month = months.firstIndex(of: String(fields[2])),
            let day = Int(fields[1]), (1...31).contains(day), let year = Int(fields[3]), (1970...9999).contains(year)
        else { return nil }
        let time = fields[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0...23).contains(time[0]), (0...59).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        let days = CivilDate(year: year, month: month + 1, day: day).daysSince1970
        return Int64(days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2])
    }
}

extension Duration {
    /// Reads a span of time as Go writes it, and OpenAI: `1.2s`, `120ms`, `6m0s`, `1h2m3.5s`. `nil` when it is not one,
    /// or beyond all reason.
    init?(span text: String) {
        let units = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400]
        var seconds = 0.0
        var rest = text[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isNumber || $0 == "." }
            let unit = rest.dropFirst(number.count).prefix { $0.isLetter }
            guard let value = Double(number), let factor = units[String(unit)] else { return nil }
            seconds += value * factor
            rest = rest.dropFirst(number.count + unit.count)
        }
        guard seconds < 1e9 else { return nil }
        self = .seconds(seconds)
    }
}
