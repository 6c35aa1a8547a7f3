import ArgumentParser
import Engine
import Record

/// The flags that bound what model requests may cost.
struct AccountOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Model requests in any minute, at the most.", valueName: "requests"))
    var rpm: Int?

    @Option(
        help: ArgumentHelp(
            """
            Model requests a day, at the most, counted from the start of this session. The day begins at midnight \
            Pacific time for Gemini, at midnight UTC for any other API.
            """, valueName: "requests"))
    var rpd: Int?

    @Option(
        help: ArgumentHelp(
            """
            Stop all model requests when this many US dollars are spent; the game goes on. Needs a model whose price \
            is known.
            """, valueName: "dollars"))
    var budget: Money?

    @Option(
        help: ArgumentHelp(
            """
            What the model costs: dollars per million tokens in and out, such as 0.75/3.75, or 0/0 for your own. \
            Default: assets/prices.json.
            """, valueName: "in/out"))
    var price: Price?

    func validate() throws {
        if let rpm, rpm < 1 { throw ValidationError("--rpm must be at least 1.") }
        if let rpd, rpd < 1 { throw ValidationError("--rpd must be at least 1.") }
    }

    var settings: AccountSettings {
        var settings = AccountSettings()
        settings.limits = Quota.Limits(perMinute: rpm, perDay: rpd)
        settings.budget = budget
        settings.price = price
        return settings
    }
}

extension Money: ExpressibleByArgument {
    /// US dollars, such as `5` or `0.50`; more than none.
    package init?(argument: String) {
        self.init(dollars: argument)
        guard self > .zero else { return nil }
    }
}

extension Price: ExpressibleByArgument {
    /// Dollars per million tokens in and out.
    package init?(argument: String) { self.init(perMillion: argument) }
}
