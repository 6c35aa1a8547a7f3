import Record

/// What the account of model requests keeps to.
package struct AccountSettings: Sendable {
    package var limits = Quota.Limits()
    /// `nil`: no cap.
    package var budget: Money?
    package var prices = PriceTable.empty
    /// The operator's own price, of the model ``pricedModel``.
    package var price: Price?
    /// `nil`: of every model.
    package var pricedModel: String?
    /// Nothing costs anything: the embedded model.
    package var isFree = false
    /// No request is admitted at all, and why.
    package var off: Hold.Reason?
    package var reset = DailyReset.pacific
    package var policy = RetryPolicy()
    package init() {}

    /// What a model costs on a day; `nil` when nobody knows. The operator's word counts more than the table, and there
    /// the model that answered more than the one that was asked: a server may route to another.
    package func price(of model: String, answeredBy version: String? = nil, on day: String) -> Price? {
        if isFree { return .free }
        if let price, pricedModel ?? model == model { return price }
        return version.flatMap { prices.price(of: $0, on: day) } ?? prices.price(of: model, on: day)
    }

    /// What is told of the account at the start.
    package func info(model: String, on day: String) -> AccountInfo {
        var info = AccountInfo()
        if isFree {
            info.pricing = .free
        } else if let price, pricedModel ?? model == model {
            info.pricing = .known(price, date: nil)
        } else if let listed = prices.price(of: model, on: day) {
            info.pricing = .known(listed, date: prices.date)
        }
        info.budget = budget
        info.perMinute = limits.perMinute
        info.perDay = limits.perDay
        return info
    }
}
