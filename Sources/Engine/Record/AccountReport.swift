/// What a model request is for.
package enum RequestKind: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    /// Streamed commentary from one perspective.
    case interpretation
    /// A plan.
    case plan
    /// Text to speech.
    case speech
}

/// How a model request ended. Every one that was sent ends in exactly one of these ways.
package enum RequestOutcome: Sendable, Codable, Hashable {
    /// With an answer of use.
    case answered
    case failed(RequestFailure)
    /// It was closed before it was over.
    case cancelled
}

/// Why a request gave nothing of use.
package enum RequestFailure: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    /// It did not get through, or the connection was lost.
    case transport
    /// A quota of the server's.
    case quota
    /// Any other refusal.
    case refused
    /// The server reported an error in the middle of its answer.
    case interrupted
    /// The prompt or the picture was blocked, or the answer was.
    case blocked
    /// No word came, or the tokens ran out before the first.
    case empty
    /// The answer stopped without a finish reason.
    case truncated
    /// The answer is not of the format.
    case malformed
    /// The answer breaks its schema.
    case unusable
    /// Something of our own: the picture could not be encoded.
    case local
}

/// What the account of model requests tells, as events.
package enum AccountReport: Sendable, Codable {
    case sent(RequestKind)
    /// A request is over. `cost` is by the usage it told, `nil` where the price is unknown; `unreported` is the most it
    /// can have cost beyond that.
    case ended(RequestKind, RequestOutcome, cost: Money?, unreported: Money)
    /// No request is made, and why; `nil` when they are made again. A hold whose time has come is over by itself.
    case held(HoldReport?)
    /// The same of one kind of requests alone.
    case heldKind(RequestKind, HoldReport?)
    /// The last requests of a kind gave nothing usable; `nil`: one did again.
    case silent(RequestKind, Silence?)
}

/// Requests of a kind that ended without anything usable, one after another.
package struct Silence: Sendable, Codable, Equatable {
    /// How many there had been when it was told.
    package var requests: Int
    /// The commonest reason, and what the operator is told of it: what failed and what to do.
    package var reason: RequestFailure
    package var message: String
    /// Seconds since the session started: when the first of them ended.
    package var since: Double

    package init(requests: Int, reason: RequestFailure, message: String, since: Double) {
        self.requests = requests
        self.reason = reason
        self.message = message
        self.since = since
    }
}

/// Why no request is made, and until when.
package struct HoldReport: Sendable, Codable, Equatable {
    package var reason: HoldReason
    /// Seconds since the session started; `nil`: until something happens, or for good.
    package var until: Double?

    package init(reason: HoldReason, until: Double?) {
        self.reason = reason
        self.until = until
    }
}

/// What is known of the account before the first request.
package struct AccountInfo: Recorded {
    package enum Pricing: Sendable, Codable, Equatable {
        /// The embedded model.
        case free
        /// From the table of this date, or from the command line (`nil`).
        case known(Price, date: String?)
        case unknown
    }
    package var pricing = Pricing.unknown
    package var budget: Money?
    package var perMinute: Int?
    package var perDay: Int?
    package init() {}
}
