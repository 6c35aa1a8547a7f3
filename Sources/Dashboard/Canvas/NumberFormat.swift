/// Numbers as text of a width that does not change with the value, so that nothing on the screen jumps.
package enum NumberFormat {
    /// A decimal number with exactly `decimals` places.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else { return "?" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 1e15 else { return value < 0 ? "<<" : ">>" }
        let whole = Int(scaled / scale)
        let part = Int(scaled) - whole * Int(scale)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return decimals == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(left("\(part)", decimals, with: "0"))"
    }

    /// Seconds as at most six columns: `6µs`, `0.4ms`, `123ms`, `1.24s`, `12.4s`, `12m05s`, `12h05m`.
    package static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "?" }
        let seconds = max(0, seconds)
        // A tenth of a millisecond is the last place of what follows: below it everything would be 0.0.
        if seconds < 0.0000995 { return fixed(seconds * 1_000_000, 0) + "µs" }
        if seconds < 0.00995 { return fixed(seconds * 1000, 1) + "ms" }
        if seconds < 0.9995 { return fixed(seconds * 1000, 0) + "ms" }
        if seconds < 9.995 { return fixed(seconds, 2) + "s" }
        if seconds < 99.95 { return fixed(seconds, 1) + "s" }
        let whole = Int(min(seconds, 1e9).rounded())
        if whole < 3600 { return "\(whole / 60)m\(two(whole % 60))s" }
        if whole < 360_000 { return "\(whole / 3600)h\(two(whole / 60 % 60))m" }
        return "\(min(99_999, whole / 86_400))d"
    }

    /// Seconds as at most six columns, for what counts up while it is looked at: to a tenth, from ten on in whole ones.
    package static func age(_ seconds: Double) -> String {
        let age = max(0, seconds.isFinite ? seconds : 0)
        if age < 10 { return fixed((age * 10).rounded(.down) / 10, 1) + "s" }
        return age < 100 ? fixed(age.rounded(.down), 0) + "s" : duration(age)
    }

    /// Seconds as `hh:mm:ss`.
    package static func clock(_ seconds: Double) -> String {
        let whole = seconds.isFinite ? Int(max(0, min(seconds, 3.5e8))) : 0
        return "\(two(whole / 3600)):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }

    /// Seconds as `mm:ss.d`, for the lines of a log.
    package static func stamp(_ seconds: Double) -> String {
        let tenths = Int(max(0, min(seconds, 3.5e8)) * 10)
        return "\(two(tenths / 600 % 60)):\(two(tenths / 10 % 60)).\(tenths % 10)"
    }

    /// Bytes as at most five columns: `999B`, `12.3k`, `123k`, `1.2M`.
    package static func bytes(_ count: Int) -> String {
        if count < 1000 { return "\(max(0, count))B" }
        var value = Double(count)
        for unit in ["k", "M", "G", "T"] {
            value /= 1000
            if value < 99.95 { return fixed(value, 1) + unit }
            if value < 999.5 { return fixed(value, 0) + unit }
        }
        return ">999T"
    }

    /// A count with its thousands apart: `7 612`.
    package static func count(_ count: Int) -> String {
        var digits = Array(String(count.magnitude))
        var position = digits.count - 3
        while position > 0 {
            digits.insert(" ", at: position)
            position -= 3
        }
        return (count < 0 ? "-" : "") + String(digits)
    }

    package static func percent(_ share: Double, _ decimals: Int = 0) -> String { fixed(share * 100, decimals) + "%" }

    /// US dollars: to the cent, and below ten cents to a hundredth of one.
    package static func dollars(_ amount: Double) -> String { "$" + fixed(amount, amount < 0.1 ? 4 : 2) }

    /// `text` moved to the right end of `width` columns.
    package static func left(_ text: String, _ width: Int, with filler: Character = " ") -> String {
        String(repeating: filler, count: max(0, width - TextWidth.of(text))) + text
    }

    /// `text` filled up, or cut, to `width` columns.
    package static func padded(_ text: String, _ width: Int, ellipsis: Unicode.Scalar = "…") -> String {
        let cut = TextWidth.truncated(text, to: width, ellipsis: ellipsis)
        return cut + String(repeating: " ", count: max(0, width - TextWidth.of(cut)))
    }

    /// A number below a hundred as two digits.
    package static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
