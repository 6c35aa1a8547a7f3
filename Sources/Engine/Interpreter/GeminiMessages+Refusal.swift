import Basics
import Record

extension GeminiMessages {
    /// What a server says when it does not answer: `google.rpc.Status` with the details that matter to the agent, or
    /// the error object of the OpenAI API (`message`, `type`, `code`), or anything between the two. Gateways leave out
    /// or retype nearly everything, so nothing here is required.
    package struct Refusal: Sendable, Equatable {
        package var code: Int?
        package var message = ""
        /// Such as `RESOURCE_EXHAUSTED`; the `type` of the OpenAI API.
        package var status: String?
        /// `ErrorInfo.reason`, such as `API_KEY_INVALID`; the `code` of the OpenAI API where that is a word.
        package var reason: String?
        /// `RetryInfo.retryDelay`, or what the text or the headers ask for.
        package var retryAfter: Duration?
        /// `QuotaFailure.violations[].quotaId` of the violation that lasts longest, and its limit.
        package var quotaID: String?
        package var quotaValue: String?
        /// What was to blame will be left out of the next request.
        package var isMended = false

        package init(code: Int? = nil, message: String = "", status: String? = nil) {
            self.code = code
            self.message = message
            self.status = status
            retryAfter = RetryAfter.wait(inText: message)
        }

        /// A quota that only comes back the next day. Its answers carry a short retry delay all the same.
        package var isDailyQuota: Bool { quotaID?.contains("PerDay") ?? false }

        /// Reads the body of an error answer: an object, or a list of one. `nil` when it is neither.
        package init?(body: some Sequence<UInt8>) {
            let found = try? ServerJSON.decode(OneOrMore<Envelope>.self, from: body).all.first
            guard let refusal = found?.error else { return nil }
            self = refusal
        }
    }

    private struct Envelope: Decodable { var error: Refusal }
}

extension GeminiMessages.Refusal: Decodable {
    private enum Key: String, CodingKey { case code, message, status, type, details }

    private struct Detail: Decodable {
        struct Violation: Decodable {
            var quotaId: String?
            var quotaValue: String?
        }
        var retryDelay: String?
        var violations: [Violation]?
        var reason: String?
    }

    package init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            message = text
            retryAfter = RetryAfter.wait(inText: text)
            return
        }
        let fields = try decoder.container(keyedBy: Key.self)
        code =
            (try? fields.decode(Int.self, forKey: .code))
            ?? (try? fields.decode(String.self, forKey: .code)).flatMap { Int($0) }
        message = (try? fields.decode(String.self, forKey: .message)) ?? ""
        status =
            (try? fields.decode(String.self, forKey: .status)) ?? (try? fields.decode(String.self, forKey: .type))
        // A detail that does not have the expected shape must not hide the others.
        let details = ((try? fields.decode([Lossy<Detail>].self, forKey: .details)) ?? []).compactMap(\.value)
        let word = (try? fields.decode(String.self, forKey: .code)).flatMap { Int($0) == nil ? $0 : nil }
        reason = details.lazy.compactMap(\.reason).first ?? word
        retryAfter =
            details.lazy.compactMap(\.retryDelay).compactMap { Duration(protobuf: $0) }.first
            ?? RetryAfter.wait(inText: message)
        // Of several quotas the one of the day counts: it is the last to come back.
        let violations = details.compactMap(\.violations).joined().filter { $0.quotaId != nil }
        let violation = violations.first { $0.quotaId?.contains("PerDay") ?? false } ?? violations.first
        quotaID = violation?.quotaId
        quotaValue = violation?.quotaValue
    }
}

extension Duration {
    /// Reads a protobuf duration: `36s`, `36.429760048s`. `nil` when it is not one, or negative.
    package init?(protobuf text: String) {
        guard text.hasSuffix("s"), let seconds = Double(text.dropLast()), seconds.isFinite, (0..<1e9).contains(seconds)
        else { return nil }
        self = .seconds(seconds)
    }
}
