import Connections
import Record

/// Why a model request gave nothing to use: the one error of this folder. Never carries the key.
package enum InterpreterError: Error, Sendable, Equatable {
    /// The request did not get through, or the answer was cut.
    case transport(HTTPFailure)
    /// The server answered with an error.
    case refused(GeminiMessages.Refusal, status: Int)
    /// The server has no such model; carries names that may have been meant, and how many models can answer there.
    case unknownModel(String, near: [String], listed: Int)
    /// The server reported an error in the middle of a stream.
    case interrupted(GeminiMessages.Refusal)
    /// The prompt or the picture was blocked; the model never saw it.
    case blocked(reason: String)
    /// The model ended without a word to show.
    case noText(finishReason: String)
    /// It thought and said nothing; carries what it spent on that (0 where it is not told), why it stopped, and whether
    /// the next request asks it to think less.
    case onlyThoughts(tokens: Int, reason: String, asksForLess: Bool = false)
    /// The server points elsewhere; carries the place without its query, and the `--endpoint` that would lead there.
    case redirected(to: String, endpoint: String?, status: Int)
    /// A success without any answer in it.
    case noAnswer
    /// Not the API's format at all; carries the beginning of the body.
    case foreign(status: Int, excerpt: String)
    /// Part of the answer is not valid JSON of the expected shape.
    case malformed(String)
    /// More bytes than an answer can sensibly have.
    case tooLong(bound: Int)
    /// A structured answer that breaks its schema.
    case unusable(String)
    /// The picture could not be encoded.
    case picture(String)
    case unexpected(String)

    /// When another attempt makes sense.
    package enum Retry: Sendable, Equatable {
        /// After the usual backoff.
        case backoff
        /// As the server asks.
        case after(Duration)
        /// Only once somebody changed something: the key, the model, the quota of the day.
        case hardlyEver
    }

    package var retry: Retry {
        switch self {
        case .refused(let refusal, let status): refusal.retry(status)
        case .interrupted(let refusal): refusal.retry(refusal.impliedStatus ?? 500)
        case .unknownModel, .redirected: .hardlyEver
        default: .backoff
        }
    }

    /// Whether it says nothing of other kinds of requests: it is how this one is made that the server refuses.
    package var isOfRequest: Bool {
        switch self {
        case .refused(let refusal, let status): refusal.isOfRequest(status)
        case .interrupted(let refusal): refusal.isOfRequest(refusal.impliedStatus ?? 500)
        default: false
        }
    }

    /// The server's word that a quota is used up, if that is what it is.
    package var quota: QuotaSignal? {
        switch self {
        case .refused(let refusal, let status) where status == 429 || refusal.isQuota:
            refusal.isOutOfMoney ? nil : refusal.quotaSignal
        case .interrupted(let refusal) where refusal.isQuota: refusal.quotaSignal
        default: nil
        }
    }

    /// Whether the endpoint failed. The rest are answers that could not be used from an endpoint that works.
    package var isEndpointFailure: Bool {
        switch self {
        case .transport, .refused, .unknownModel, .interrupted, .redirected, .noAnswer, .foreign, .malformed, .tooLong,
            .unexpected:
            true
        case .blocked, .noText, .onlyThoughts, .unusable, .picture: false
        }
    }

    /// The phase of the request it failed in, where one is known.
    package var phase: Phase? {
        switch self {
        case .transport(let failure): failure.phase
        case .interrupted, .noAnswer, .malformed, .tooLong: .receiving
        default: nil
        }
    }

    /// The same error with every text that came from outside passed through `clean`.
    func mapTexts(_ clean: (String) -> String) -> InterpreterError {
        func cleaned(_ refusal: GeminiMessages.Refusal) -> GeminiMessages.Refusal {
            var refusal = refusal
            refusal.message = clean(refusal.message)
            refusal.status = refusal.status.map(clean)
            refusal.reason = refusal.reason.map(clean)
            refusal.quotaID = refusal.quotaID.map(clean)
            refusal.quotaValue = refusal.quotaValue.map(clean)
            return refusal
        }
        return switch self {
        case .transport, .noAnswer, .tooLong: self
        case .refused(let refusal, let status): .refused(cleaned(refusal), status: status)
        case .unknownModel(let name, let near, let listed):
            .unknownModel(clean(name), near: near.map(clean), listed: listed)
        case .interrupted(let refusal): .interrupted(cleaned(refusal))
        case .blocked(let reason): .blocked(reason: clean(reason))
        case .noText(let reason): .noText(finishReason: clean(reason))
        case .onlyThoughts(let tokens, let reason, let less):
            .onlyThoughts(tokens: tokens, reason: clean(reason), asksForLess: less)
        case .redirected(let place, let endpoint, let status):
            .redirected(to: clean(place), endpoint: endpoint.map(clean), status: status)
        case .foreign(let status, let excerpt): .foreign(status: status, excerpt: clean(excerpt))
        case .malformed(let what): .malformed(clean(what))
        case .unusable(let what): .unusable(clean(what))
        case .picture(let why): .picture(clean(why))
        case .unexpected(let what): .unexpected(clean(what))
        }
    }
}

extension InterpreterError: CustomStringConvertible {
    /// One sentence for the operator: what failed, and what to do.
    package var description: String {
        switch self {
        case .transport(let failure): failure.description
        case .refused(let refusal, let status): refusal.description(status)
        case .unknownModel(let name, let near, let listed):
            "there is no model \(name)"
                + (near.isEmpty ? "" : "; did you mean \(near.joined(separator: " or "))?")
                + " (\(listed) can answer there: --list-models)"
        case .interrupted(let refusal) where retry == .hardlyEver || (400..<500).contains(refusal.impliedStatus ?? 0):
            "receiving: " + refusal.description(refusal.impliedStatus ?? 500)
        case .interrupted(let refusal):
            "receiving: the server broke off its answer with \(refusal.label): \(refusal.message); it is tried again"
        case .blocked(let reason):
            "the prompt or the picture was blocked (\(reason)); another frame may pass, or choose another --model"
        case .noText("MAX_TOKENS"):
            "the model used up its output tokens before the first word (MAX_TOKENS); choose a --model that thinks less"
        case .noText(let reason) where FinishReason(rawValue: reason).isBlock:
            "the answer was blocked (\(reason)); another frame may pass, or choose another --model"
        case .noText(let reason): "the model ended without a word (\(reason))"
        case .onlyThoughts(let tokens, let reason, let asksForLess):
            "the model spent \(tokens > 0 ? "its \(tokens) tokens" : "all") on thinking and said nothing (\(reason)); "
                + (asksForLess
                    ? "the next request asks it to think less"
                    : "turn its thinking off where it is served (llama-server --reasoning-budget 0, Ollama think), "
                        + "or choose a --model that thinks less")
        case .redirected(let place, let endpoint, let status):
            "the server points elsewhere (HTTP \(status)): \(place); the request did not follow; "
                + (endpoint.map { "if you trust it, set --endpoint \($0)" } ?? "check --endpoint")
        case .noAnswer: "receiving: success without an answer in it; does --endpoint speak the API named by --api?"
        case .foreign(let status, let excerpt):
            "the answer (HTTP \(status)) is not in the format of the API; check --endpoint and --api. "
                + "It begins: \(excerpt)"
        case .malformed(let what): "receiving: the answer cannot be read: \(what)"
        case .tooLong(let bound): "receiving: the answer has more than \(bound) bytes; it was dropped"
        case .unusable(let what): "the model's plan breaks the schema: \(what)"
        case .picture(let why): "the frame could not be encoded: \(why)"
        case .unexpected(let what): "unexpected: \(what)"
        }
    }
}

extension GeminiMessages.Refusal {
    fileprivate var quotaSignal: QuotaSignal {
        QuotaSignal(isDaily: isDailyQuota, retryAfter: retryAfter, id: quotaID, value: quotaValue)
    }
}
