/// Why no model request is made.
package enum HoldReason: Sendable, Codable, Equatable {
    /// `--rpm`: so many requests were made within a minute.
    case perMinute(limit: Int)
    /// `--rpd`: so many requests were made today.
    case perDay(limit: Int)
    /// The server asked for a pause; carries its quota's name and value where it told them.
    case serverQuota(id: String?, value: String?)
    /// The server's quota of the day is used up.
    case serverDay(id: String?, value: String?)
    /// A wait after failures in a row, before the circuit opens.
    case backoff(failures: Int)
    /// The circuit is open: nothing is asked until a probe may try.
    case circuitOpen(failures: Int)
    /// One request tries whether the endpoint works again.
    case probing
    /// The budget is spent.
    case budget(Money)
    /// So little of the budget is left that requests are made one at a time.
    case oneAtATime
    /// There is a budget, and no price to keep it by.
    case priceUnknown(model: String)
    /// No model is to be asked at all.
    case switchedOff
    /// The model there is cannot see.
    case textOnly(model: String)
}

extension HoldReason {
    /// It passes with a request that is under way, and is nothing to tell anybody about.
    package var isPassing: Bool {
        switch self {
        case .probing, .oneAtATime: true
        default: false
        }
    }

    /// The short waits after single failures, whose failure was told already.
    package var isBackoff: Bool { if case .backoff = self { true } else { false } }

    /// A quota, the operator's or the server's.
    package var isQuota: Bool {
        switch self {
        case .perMinute, .perDay, .serverQuota, .serverDay: true
        default: false
        }
    }

    /// It stands against requests to any model.
    package var isOfAllModels: Bool { if case .priceUnknown = self { false } else { true } }

    /// Nothing but the operator ends it.
    package var isFinal: Bool {
        switch self {
        case .budget, .priceUnknown, .switchedOff, .textOnly: true
        default: false
        }
    }
}

extension HoldReason: CustomStringConvertible {
    /// What the operator is told; how long it lasts is told beside it.
    package var description: String {
        switch self {
        case .perMinute(let limit): "--rpm \(limit) reached"
        case .perDay(let limit): "--rpd \(limit) reached: no more requests today"
        case .serverQuota(let id, let value): "the server asks for patience" + Self.quota(id, value)
        case .serverDay(let id, let value): "the server's daily quota is used up" + Self.quota(id, value)
        case .backoff(let failures): "waiting after \(failures == 1 ? "a failure" : "\(failures) failures")"
        case .circuitOpen(let failures): "circuit open after \(failures == 1 ? "a failure" : "\(failures) failures")"
        case .probing: "circuit half-open: one request tries the endpoint"
        case .budget(let cap): "budget of \(cap) reached: no more requests"
        case .oneAtATime: "budget nearly spent: one request at a time"
        case .switchedOff: "no model: --endpoint none"
        case .textOnly(let model): "no model: \(model) takes text only"
        case .priceUnknown(let model):
            "no request: the price of \(model) is unknown, so --budget cannot be kept; name it with --price"
        }
    }

    private static func quota(_ id: String?, _ value: String?) -> String {
        guard let id else { return "" }
        return " (\(id)\(value.map { " = \($0)" } ?? ""))"
    }
}
