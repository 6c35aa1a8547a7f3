import Engine
import Record
import Testing

@testable import Basics
@testable import Connections

@Suite("Money, prices and days", .shared)
struct MoneyTests {
    private func table() throws -> PriceTable {
        try Assets.find(environment: [:], executable: CommandLine.arguments[0]).json(PriceTable.self, "prices.json")
    }

    @Test(
        "dollars are read to the nano-dollar",
        arguments: zip(
            ["5", "0.50", "$5", "0.000000001", "999999999"],
            [5_000_000_000, 500_000_000, 5_000_000_000, 1, 999_999_999_000_000_000]))
    func read(text: String, nano: Int64) {
        #expect(Money(dollars: text) == Money(nanodollars: nano))
    }

    @Test(
        "what is no sum of money is refused",
        arguments: ["", "-1", "1.", ".5", "1e3", "5,0", "0.0000000001", "٣", "$$5", "1.2.3"])
    func refused(text: String) {
        #expect(Money(dollars: text) == nil)
    }

    @Test("money is written with as many places as it needs, and never rounded up")
    func written() {
        #expect(Money(nanodollars: 4_999_999_999).description == "$4.99")
        #expect(Money(nanodollars: 12_345_678).description == "$0.0123")
        #expect(Money.zero.description == "$0.0000")
        #expect(Money(nanodollars: -1_500_000_000).description == "-$1.50")
    }

    @Test("the reference's example: 580 tokens in and 150 out on gemini-3.8-flash")
    func example() throws {
        let price = try #require(try table().price(of: "gemini-3.8-flash", on: "2026-11-22"))
        #expect(price.cost(TokenUsage(prompt: 580, candidates: 100, thoughts: 50)) == Money(nanodollars: 997_500))
        #expect(price.description == "$0.75 in, $3.75 out per 1M tokens")
    }

    @Test("thoughts are paid as output, cached input at its own price")
    func parts() {
        let price = Price(input: 750, output: 3750, cached: 75)
        #expect(price.cost(TokenUsage(prompt: 0, candidates: 0, thoughts: 1)).nanodollars == 3750)
        #expect(
            price.cost(TokenUsage(prompt: 10, candidates: 0, thoughts: 0, cached: 4)).nanodollars == 6 * 750 + 4 * 75)
        #expect(price.cost(TokenUsage(prompt: 3, candidates: 0, thoughts: 0, cached: 9)).nanodollars == 3 * 75)
    }

    @Test("a price changes on its day, a long prompt has its own, and an unlisted model has none")
    func periods() throws {
        let table = try table()
        #expect(table.date == "2026-11-22")
        #expect(table.price(of: "gemini-3.8-flash", on: "2026-12-31")?.output == 3750)
        #expect(table.price(of: "gemini-3.8-flash", on: "2027-01-01")?.output == 7500)
        #expect(table.price(of: "gemini-9-flash", on: "2026-12-31") == nil)
        let pro = try #require(table.price(of: "gemini-2.5-pro", on: "2026-11-22"))
        #expect(
            pro.cost(TokenUsage(prompt: 200_000, candidates: 1, thoughts: 0)).nanodollars == 200_000 * 1250 + 10_000)
        #expect(
            pro.cost(TokenUsage(prompt: 200_001, candidates: 1, thoughts: 0)).nanodollars == 200_001 * 2500 + 15_000)
    }

    @Test("counts that make no sense cost nothing unreasonable, and never trap")
    func insaneCounts() {
        let usage = TokenUsage(prompt: .max, candidates: -5, thoughts: .max)
        #expect(Price(input: .max / 2, output: .max / 2).cost(usage) == Money(nanodollars: .max))
        #expect(Price(input: 1, output: 1).cost(usage) == Money(nanodollars: 2_000_000_000))
    }

    @Test("prices of one's own are read", arguments: ["0.75/3.75", "0/0"])
    func ownPrice(text: String) throws {
        let price = try #require(Price(perMillion: text))
        #expect(price == (text == "0/0" ? Price(input: 0, output: 0) : Price(input: 750, output: 3750)))
        for bad in ["1", "1/", "a/b", "1/2/3", "0.0001/1"] { #expect(Price(perMillion: bad) == nil) }
    }

    /// Checked against the IANA time zone data.
    @Test(
        "a day of the Gemini API ends at midnight in California, in summer, in winter, and when the clocks change",
        arguments: [
            // 2026-11-22 20:52 UTC, winter: next midnight is 2026-11-23 08:00 UTC
            (1_795_380_720, 1_795_420_800),
            // 2026-07-01 12:00 UTC, summer: 2026-07-02 07:00 UTC
            (1_782_907_200, 1_782_975_600),
            // 2026-03-08 09:59 UTC, a minute before the clocks go forward: 2026-03-09 07:00 UTC
            (1_772_963_940, 1_773_039_600),
            // 2026-11-01 08:30 UTC, half an hour before they go back: 2026-11-02 08:00 UTC
            (1_793_521_800, 1_793_606_400),
            // 2026-11-01 06:59 UTC, the day before that is over: 2026-11-01 07:00 UTC
            (1_793_516_340, 1_793_516_400),
            // midnight itself begins the new day
            (1_795_420_800, 1_795_507_200),
        ] as [(Int64, Int64)])
    func pacificMidnight(unix: Int64, next: Int64) {
        #expect(DailyReset.pacific.next(after: unix) == next)
        #expect(DailyReset.pacific.day(of: next) == DailyReset.pacific.day(of: unix) + 1)
        #expect(DailyReset.pacific.day(of: next - 1) == DailyReset.pacific.day(of: unix))
    }

    @Test("dates survive the way there and back")
    func dates() {
        for day in stride(from: -800_000, through: 800_000, by: 97) {
            #expect(CivilDate(daysSince1970: day).daysSince1970 == day)
        }
        #expect(CivilDate(daysSince1970: 20_779).description == "2026-11-22")
    }
}
