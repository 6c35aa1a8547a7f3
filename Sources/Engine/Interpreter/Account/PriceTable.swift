import EmbeddedModel
import Record

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

extension Price {
    /// The most that a request of this size can cost.
    package func most(_ size: RequestSize) -> Money {
        Self.product(size.inputTokens, max(input, longInput ?? 0))
            + Self.product(size.outputTokens, max(output, longOutput ?? 0))
    }
}
