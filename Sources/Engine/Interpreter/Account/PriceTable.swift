import EmbeddedModel

/// What models cost, from `assets/prices.json`. A model that is not listed has no price: none is guessed.
package struct PriceTable: Sendable, Equatable {
    /// The day the prices were read, such as `2026-11-22`.
    package let date: String
    /// Each model's prices, by the day from which they hold, oldest first.
    private let models: [String: [Period]]

    private struct Period: Sendable, Equatable {
        /// The first day, such as `2027-01-01`; empty for always.
        var from: String
        var price: Price
    }

    package static let empty = PriceTable()
    private init() { (date, models) = ("", [:]) }

    /// The price that holds on a day, such as `2026-12-31`.
    package func price(of model: String, on day: String) -> Price? {
        models[model]?.last { $0.from <= day }?.price
    }
}

/// What one model's tokens cost.
package struct Price: Sendable, Codable, Hashable {
    /// Nano-dollars a token, which is thousandths of a dollar a million tokens.
    package var input: Int64
    /// Thinking is paid as output.
    package var output: Int64
    /// Input that the server had in its cache; `nil` where no such price is known, and then it is paid in full.
    package var cached: Int64?
    /// Prompts of more than this many tokens are paid by `longInput` and `longOutput`.
    package var longPrompt: Int?
    package var longInput: Int64?
    package var longOutput: Int64?

    package init(input: Int64, output: Int64, cached: Int64? = nil) {
        self.input = input
        self.output = output
        self.cached = cached
    }

    package static let free = Price(input: 0, output: 0, cached: 0)

    /// Reads `0.75/3.75`: dollars for a million tokens in, and out. `nil` when it is not that.
    package init?(perMillion text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let input = Money(dollars: String(parts[0])),
            let output = Money(dollars: String(parts[1])), input.nanodollars % 1_000_000 == 0,
            output.nanodollars % 1_000_000 == 0
        else { return nil }
        self.init(input: input.nanodollars / 1_000_000, output: output.nanodollars / 1_000_000)
    }

    /// The cost of one request.
    package func cost(_ usage: TokenUsage) -> Money {
        let isLong = longPrompt.map { usage.prompt > $0 } ?? false
        let input = isLong ? longInput ?? input : input
        let output = isLong ? longOutput ?? output : output
        let cachedTokens = min(usage.cached, usage.prompt)
        // A long prompt's cached tokens are paid in full: only the price of short ones is listed.
        let cachedPrice = isLong ? input : min(cached ?? input, input)
        return Self.product(usage.prompt - cachedTokens, input) + Self.product(cachedTokens, cachedPrice)
            + Self.product(usage.candidates, output) + Self.product(usage.thoughts, output)
    }

    /// The most that a request of this size can cost.
    package func most(_ size: RequestSize) -> Money {
        Self.product(size.inputTokens, max(input, longInput ?? 0))
            + Self.product(size.outputTokens, max(output, longOutput ?? 0))
    }

    private static func product(_ tokens: Int, _ price: Int64) -> Money {
        let (product, overflow) = Int64(max(0, tokens)).multipliedReportingOverflow(by: price)
        return Money(nanodollars: overflow ? .max : product)
    }

    /// `$0.75 in, $3.75 out per 1M tokens`.
    package var description: String {
        func perMillion(_ price: Int64) -> String {
            let milli = String(price % 1000)
            let padded = String(repeating: "0", count: 3 - milli.utf8.count) + milli
            return "$\(price / 1000).\(padded.hasSuffix("0") ? String(padded.dropLast()) : padded)"
        }
        return "\(perMillion(input)) in, \(perMillion(output)) out per 1M tokens"
    }
}

extension PriceTable: Decodable {
    private enum Key: String, CodingKey { case date, models }

    /// As the file has it: dollars a million tokens.
    private struct Entry: Decodable {
        struct Long: Decodable {
            var above: Int
            var input: Double
            var output: Double
        }
        var from: String?
        var input: Double
        var output: Double
        var cached: Double?
        var long: Long?
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        date = try fields.decode(String.self, forKey: .date)
        models = try fields.decode([String: [Entry]].self, forKey: .models).mapValues { entries in
            try entries.map { entry in
                func nano(_ dollars: Double) throws -> Int64 {
                    let value = (dollars * 1000).rounded()
                    guard (0...1e9).contains(value), (value - dollars * 1000).magnitude < 1e-6 else {
                        throw DecodingError.dataCorruptedError(
                            forKey: .models, in: fields,
                            debugDescription: "\(dollars) is not a price in thousandths of a dollar")
                    }
                    return Int64(value)
                }
                var price = Price(
                    input: try nano(entry.input), output: try nano(entry.output), cached: try entry.cached.map(nano))
                price.longPrompt = entry.long?.above
                price.longInput = try entry.long.map { try nano($0.input) }
                price.longOutput = try entry.long.map { try nano($0.output) }
                return Period(from: entry.from ?? "", price: price)
            }.sorted { $0.from < $1.from }
        }
    }
}
