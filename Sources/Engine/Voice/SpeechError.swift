import Record

/// Why a line could not be spoken: the one error of this folder.
package enum SpeechError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No request is made at present.
    case held(Hold.Reason)
    /// The request failed.
    case request(InterpreterError)
    /// The speech model's quota of the day is used up, until a time that is told in words too.
    case dayIsOver(limit: String?, until: ContinuousClock.Instant, shown: String)
    /// The answer's audio is not what a player can be given.
    case unreadable(String)
    /// A success without audio in it.
    case noAudio

    package var description: String {
        switch self {
        case .held(.priceUnknown(let model)):
            "speech: the price of \(model) is unknown, so --budget cannot be kept; choose another --tts-model"
        case .held(let reason): "speech: \(reason)"
        case .request(.noText(let reason)) where FinishReason(rawValue: reason).isBlock:
            "speech: the line was blocked (\(reason))"
        case .request(.noText(let reason)): "speech: the model ended without a sound (\(reason))"
        case .dayIsOver(let limit, _, let shown):
            "speech: the daily quota\(limit.map { " of \($0)" } ?? "") is used up; lines are only shown until \(shown)"
        case .request(let error): "speech: \(error)"
        case .unreadable(let what): "speech: the audio cannot be played: \(what); choose another --tts-model"
        case .noAudio: "speech: an answer without audio; choose a --tts-model that speaks"
        }
    }

    /// The same as the account of requests counts it.
    var request: InterpreterError {
        switch self {
        case .request(let error): error
        case .held(let reason): .unexpected("\(reason)")
        case .unreadable(let what): .unusable(what)
        case .noAudio: .noAnswer
        case .dayIsOver: .unexpected(description)
        }
    }

    /// When another attempt makes sense.
    var retry: InterpreterError.Retry {
        if case .request(let error) = self { error.retry } else { .backoff }
    }
}
