import FoundationEssentials

/// The Retry-After header (RFC 9110, 10.2.3): seconds, or a date.
enum RetryAfter {
    /// How long the server asks to wait. A date is measured by the server's own clock where its answer tells that, else
    /// by this machine's.
    static func wait(_ headers: [(name: String, value: String)]) -> Duration? {
        func value(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
        return value("retry-after").flatMap { wait($0, date: value("date"), unix: Int64(Date().timeIntervalSince1970)) }
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
