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

    package static func product(_ tokens: Int, _ price: Int64) -> Money {
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
