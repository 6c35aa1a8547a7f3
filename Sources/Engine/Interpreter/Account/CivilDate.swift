import Basics
import EmbeddedModel

/// A day of the Gregorian calendar, and the daily resets that quotas follow. Pure arithmetic: no time zone files.
package struct CivilDate: Sendable, Equatable {
    package let year: Int
    /// 1...12 and 1...31.
    package let month: Int, day: Int

    package init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day that is so many days after 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    package init(daysSince1970 days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        day = ofYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    package var daysSince1970: Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - 719_468
    }

    /// `2026-11-22`.
    package var description: String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(year)-\(two(month))-\(two(day))"
    }
}

/// When a day of quotas begins.
package enum DailyReset: String, Sendable, Codable {
    /// Midnight in California, where the Gemini API's days begin.
    case pacific
    case utc

    /// The number of the day that a moment (Unix seconds) belongs to.
    package func day(of unix: Int64) -> Int {
        Int(floorDivide(unix + offset(at: unix), 86_400))
    }

    /// The Unix second at which the day after that of `unix` begins.
    package func next(after unix: Int64) -> Int64 {
        let midnight = Int64(day(of: unix) + 1) * 86_400
        // The clocks change at two in the morning, never at midnight: both sides of midnight have one offset.
        return midnight - offset(at: midnight - offset(at: unix))
    }

    /// Seconds that local time is ahead of UTC. Summer time in the USA runs from the second Sunday in March to the
    /// first Sunday in November, each at 2 o'clock local time (Energy Policy Act of 2005).
    private func offset(at unix: Int64) -> Int64 {
        guard self == .pacific else { return 0 }
        let year = CivilDate(daysSince1970: Int(floorDivide(unix - 8 * 3600, 86_400))).year
        let begins = Int64(sunday(2, month: 3, year)) * 86_400 + 10 * 3600
        let ends = Int64(sunday(1, month: 11, year)) * 86_400 + 9 * 3600
        return (begins..<ends).contains(unix) ? -7 * 3600 : -8 * 3600
    }

    /// The day number of a month's first, second... Sunday.
    private func sunday(_ count: Int, month: Int, _ year: Int) -> Int {
        let first = CivilDate(year: year, month: month, day: 1).daysSince1970
        // 1970-01-01 was a Thursday.
        let weekday = ((first + 4) % 7 + 7) % 7
        return first + (7 - weekday) % 7 + 7 * (count - 1)
    }

    private func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : -((-a + b - 1) / b) }
}

/// Tells the time of the wall from the session's clock, which a test can drive.
package struct WallClock: Sendable {
    private let start: ContinuousClock.Instant
    private let unixAtStart: Int64

    /// `unix` is the time of the wall, in seconds since 1970, at the instant `start`.
    package init(unix: Int64, at start: ContinuousClock.Instant) {
        self.start = start
        unixAtStart = unix
    }

    package func unix(at instant: ContinuousClock.Instant) -> Int64 {
        unixAtStart + Int64(start.duration(to: instant).seconds.rounded(.down))
    }

    package func instant(unix: Int64) -> ContinuousClock.Instant { start + .seconds(unix - unixAtStart) }
}
