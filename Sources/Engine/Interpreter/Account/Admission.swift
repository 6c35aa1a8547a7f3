import Connections
import Record
import Synchronization

/// The leave to make one request. Ends once: by ``answered()``, ``failed(_:)`` or ``cancelled()``,
/// whichever comes first; what comes later changes nothing.
package final class Admission: Sendable {
    package let kind: RequestKind
    package let model: String
    package let startedAt: ContinuousClock.Instant
    let id: Int
    let reserve: Money?
    private let account: ModelAccount
    private let state = Mutex(State())

    private struct State {
        var usage: TokenUsage?
        var modelVersion: String?
        var isOver = false
    }

    struct End: Sendable {
        var outcome: RequestOutcome
        var verdict: AccountCore.Verdict
        var error: InterpreterError?
        /// What an operator is told of an end without anything usable, where there is no error.
        var complaint: String?
        var usage: TokenUsage?
        var modelVersion: String?
        /// Whether nothing can have been charged beyond the usage.
        var isComplete: Bool
    }

    init(
        _ account: ModelAccount, id: Int, kind: RequestKind, model: String, reserve: Money?,
        startedAt: ContinuousClock.Instant
    ) {
        self.account = account
        self.id = id
        self.kind = kind
        self.model = model
        self.reserve = reserve
        self.startedAt = startedAt
    }

    /// The server told what it counts so far; the last word counts. May be called from anywhere, and often.
    package func report(_ usage: TokenUsage, modelVersion: String? = nil) {
        state.withLock {
            $0.usage = usage
            $0.modelVersion = modelVersion ?? $0.modelVersion
        }
    }

    /// The newest that was reported.
    package var usage: TokenUsage? { state.withLock { $0.usage } }

    /// An answer came, of use.
    package func answered() {
        end { End(outcome: .answered, verdict: isSpeech ? .unknown : .works, isComplete: $0 != nil) }
    }

    /// Speech is another model's work: how it went says nothing of the one that is asked for everything else.
    private var isSpeech: Bool { kind == .speech }

    /// Text came, and perhaps not all of it: what a filter cut off or what stopped without a finish reason is counted
    /// as failed, though what there is of it may be shown.
    package func ended(with answer: ModelAnswer) {
        if answer.isTruncated {
            let complaint =
                "answers stop without a finish reason; look for what cuts them: the server's log, a proxy's timeout"
            end { _ in
                End(
                    outcome: .failed(.truncated), verdict: isSpeech ? .unknown : .works, complaint: complaint,
                    isComplete: false)
            }
        } else if let reason = answer.finishReason, reason.isBlock {
            let complaint = "a filter cuts the answers off (\(reason.rawValue)); choose another --model"
            end {
                End(
                    outcome: .failed(.blocked), verdict: isSpeech ? .unknown : .works, complaint: complaint,
                    isComplete: $0 != nil)
            }
        } else {
            answered()
        }
    }

    package func failed(_ error: InterpreterError) {
        end { usage in
            End(
                outcome: .failed(error.requestFailure), verdict: isSpeech ? .unknown : error.verdict, error: error,
                isComplete: error.isUncharged || error.isWholeAnswer && usage != nil)
        }
    }

    /// It was closed before it was over.
    package func cancelled() {
        end { _ in End(outcome: .cancelled, verdict: .unknown, isComplete: false) }
    }

    private func end(_ make: (TokenUsage?) -> End) {
        let end = state.withLock { state -> End? in
            guard !state.isOver else { return nil }
            state.isOver = true
            var end = make(state.usage)
            end.usage = state.usage
            end.modelVersion = state.modelVersion
            return end
        }
        if let end { account.end(self, end) }
    }
}

extension InterpreterError {
    /// What it says about the endpoint.
    fileprivate var verdict: AccountCore.Verdict {
        if let quota { return .overQuota(quota) }
        switch self {
        case .picture: return .unknown
        case .blocked, .noText, .onlyThoughts, .unusable: return .works
        default: return isOfRequest ? .refuses(retry) : .fails(retry)
        }
    }

    fileprivate var requestFailure: RequestFailure {
        if quota != nil { return .quota }
        return switch self {
        case .transport: .transport
        case .refused, .unknownModel, .redirected: .refused
        case .interrupted: .interrupted
        case .blocked: .blocked
        case .noText(let reason): FinishReason(rawValue: reason).isBlock ? .blocked : .empty
        case .onlyThoughts, .noAnswer: .empty
        case .foreign, .malformed, .tooLong: .malformed
        case .unusable: .unusable
        case .picture, .unexpected: .local
        }
    }

    /// The model was never asked: it failed before the request was out, or with an answer that is an error.
    fileprivate var isUncharged: Bool {
        switch self {
        case .transport(let failure):
            [.queued, .resolving, .connecting, .handshaking, .sending].contains(failure.phase)
        case .refused, .unknownModel, .redirected, .picture: true
        default: false
        }
    }

    /// The answer was read to its end: its usage is the last word.
    fileprivate var isWholeAnswer: Bool {
        switch self {
        case .blocked, .noText, .onlyThoughts, .unusable: true
        default: false
        }
    }
}
