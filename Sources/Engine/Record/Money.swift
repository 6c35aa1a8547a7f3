/// An amount of US dollars, counted in whole nano-dollars: sums are exact, whatever is added in whatever order.
package struct Money: Sendable, Codable, Hashable, Comparable {
    package var nanodollars: Int64

    package static let zero = Money(nanodollars: 0)
    private static let dollar: Int64 = 1_000_000_000

    package init(nanodollars: Int64) { self.nanodollars = nanodollars }

    /// Reads `5`, `0.50` or `$5`: not negative, at most nine decimals, at most a billion dollars. `nil` when it is not
    /// such a number.
    package init?(dollars text: String) {
        let parts = text.drop { $0 == "$" }.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.count <= 2, text.prefix(2) != "$$" else { return nil }
        let decimals = parts.count == 2 ? parts[1] : "0"
        let isNumber = (whole + decimals).utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber, whole.utf8.count <= 9, !decimals.isEmpty, decimals.utf8.count <= 9,
            let dollars = Int64(whole),
            let fraction = Int64(decimals + String(repeating: "0", count: 9 - decimals.utf8.count))
        else { return nil }
        nanodollars = dollars * Self.dollar + fraction
    }

    package static func < (a: Money, b: Money) -> Bool { a.nanodollars < b.nanodollars }
    package static func + (a: Money, b: Money) -> Money {
        let (sum, overflow) = a.nanodollars.addingReportingOverflow(b.nanodollars)
        return Money(nanodollars: overflow ? (b.nanodollars < 0 ? .min : .max) : sum)
    }
    package static func - (a: Money, b: Money) -> Money { a + Money(nanodollars: -b.nanodollars) }
    package static func += (a: inout Money, b: Money) { a = a + b }

    /// The amount in dollars, for rates and projections.
    package var dollars: Double { Double(nanodollars) / Double(Self.dollar) }
}

extension Money: CustomStringConvertible {
    /// `$12.34` from ten cents on, `$0.0123` below; rounded down, so that a cap is never shown reached before it is.
    package var description: String {
        let places = nanodollars.magnitude >= UInt64(Self.dollar / 10) ? 2 : 4
        let unit: UInt64 = places == 2 ? 10_000_000 : 100_000
        let units = nanodollars.magnitude / unit
        let scale: UInt64 = places == 2 ? 100 : 10_000
        let fraction = String(units % scale)
        let zeros = String(repeating: "0", count: places - fraction.utf8.count)
        return "\(nanodollars < 0 ? "-" : "")$\(units / scale).\(zeros)\(fraction)"
    }
}
