import Basics

/// A refusal in the shape of Google's services: code, status word, message and typed details.
///
/// The wording follows what the Gemini service was seen to answer, so that a client is tested against the texts it
/// will meet.
package struct APIError: Error, Equatable {
    /// The HTTP status code, repeated in the body.
    package let code: Int
    package let status: String
    package let message: String
    package var details: [Detail] = []
    /// For the `Allow` header of a 405.
    package var allowedMethod: String?

    /// One of the typed details; each kind has its own few of these members.
    package struct Detail: Encodable, Equatable, Sendable {
        enum CodingKeys: String, CodingKey {
            case type = "@type"
            case fieldViolations, reason, domain, metadata, locale, message, violations, links, retryDelay
        }
        struct Violation: Encodable, Equatable {
            let quotaMetric: String
            let quotaId: String
            let quotaDimensions: [String: String]
            let quotaValue: String
        }

        let type: String
        package private(set) var fieldViolations: [[String: String]]?
        var reason: String?
        var domain: String?
        var metadata: [String: String]?
        var locale: String?
        var message: String?
        var violations: [Violation]?
        var links: [[String: String]]?
        var retryDelay: String?
    }

    /// The body of the answer. Google answers errors of a stream that is an array as an array as well.
    func text(asArray: Bool = false) throws -> String {
        struct Body: Encodable {
            struct Status: Encodable {
                let code: Int
                let message: String
                let status: String
                let details: [Detail]?
            }
            let error: Status
        }
        let body = Body(
            error: .init(code: code, message: message, status: status, details: details.isEmpty ? nil : details))
        return try asArray ? JSON.text([body]) : JSON.text(body)
    }
}

extension APIError {
    static func invalidArgument(_ message: String) -> APIError {
        APIError(code: 400, status: "INVALID_ARGUMENT", message: message)
    }

    /// A field of the body has a value of the wrong kind; `field` is its path in snake_case.
    static func invalidValue(at field: String, type: String, _ why: String) -> APIError {
        let description = "Invalid value at '\(field)' (\(type)), \(why)"
        var error = invalidArgument(description)
        error.details = [
            Detail(
                type: "type.googleapis.com/google.rpc.BadRequest",
                fieldViolations: [["field": field, "description": description]])
        ]
        return error
    }

    /// Fields that there are not, each with the path of what it stands in.
    static func unknownFields(_ fields: [(name: String, path: String)]) -> APIError {
        var (lines, violations): ([String], [[String: String]]) = ([], [])
        for (name, path) in fields {
            let place = path.isEmpty ? "" : " at '\(path)'"
            let line = "Invalid JSON payload received. Unknown name \"\(name)\"\(place): Cannot find field."
            lines.append(line)
            violations.append(path.isEmpty ? ["description": line] : ["field": path, "description": line])
        }
        var error = invalidArgument(lines.joined(separator: "\n"))
        error.details = [
            Detail(type: "type.googleapis.com/google.rpc.BadRequest", fieldViolations: violations)
        ]
        return error
    }

    /// In the words of the service, and then what is wrong.
    static func unreadablePicture(_ why: String) -> APIError {
        invalidArgument(
            "Unable to process input image. Please retry or report in "
                + "https://developers.generativeai.google/guide/troubleshooting (\(why))")
    }

    static let badKey: APIError = {
        var error = invalidArgument("API key not valid. Please pass a valid API key.")
        error.details = [
            Detail(
                type: "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID", domain: "googleapis.com",
                metadata: ["service": "generativelanguage.googleapis.com"]),
            Detail(
                type: "type.googleapis.com/google.rpc.LocalizedMessage", locale: "en-US", message: error.message),
        ]
        return error
    }()

    static let noKey = APIError(
        code: 403, status: "PERMISSION_DENIED",
        message: "Method doesn't allow unregistered callers (callers without established identity). "
            + "Please use API Key or other form of API consumer identity to call this API.")

    static func unknownModel(_ name: String, version: String, method: String) -> APIError {
        APIError(
            code: 404, status: "NOT_FOUND",
            message: "models/\(name) is not found for API version \(version), or is not supported for \(method). "
                + "Call ListModels to see the list of available models and their supported methods.")
    }

    static func wrongModality(_ model: String, _ accepted: String) -> APIError {
        invalidArgument(
            "The requested combination of response modalities is not supported. models/\(model) accepts the following "
                + "response modalities:\n* \(accepted)\n")
    }

    static func unknownPath(_ path: String) -> APIError {
        APIError(code: 404, status: "NOT_FOUND", message: "The requested URL \(path) was not found on this server.")
    }

    static func wrongMethod(_ method: String, allowed: String) -> APIError {
        APIError(
            code: 405, status: "UNIMPLEMENTED",
            message: "The request method \(method) is not allowed for this URL; use \(allowed).",
            allowedMethod: allowed)
    }

    static let internalError = APIError(
        code: 500, status: "INTERNAL",
        message: "An internal error has occurred. Please retry or report in "
            + "https://developers.generativeai.google/guide/troubleshooting")

    static func tooManyConnections(limit: Int) -> APIError {
        APIError(
            code: 503, status: "UNAVAILABLE",
            message: "The model is overloaded: \(limit) connections are open already. Please try again later.")
    }

    /// The quota of the minute is used up; `delay` is in seconds.
    static func rateLimited(model: String, retryAfter delay: Int) -> APIError {
        let metric = "generativelanguage.googleapis.com/generate_content_free_tier_requests"
        var error = APIError(
            code: 429, status: "RESOURCE_EXHAUSTED",
            message: "You exceeded your current quota, please check your plan and billing details.\n"
                + "* Quota exceeded for metric: \(metric), limit: 15\nPlease retry in \(delay).0s.")
        error.details = [
            Detail(
                type: "type.googleapis.com/google.rpc.QuotaFailure",
                violations: [
                    .init(
                        quotaMetric: metric, quotaId: "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
                        quotaDimensions: ["location": "global", "model": model], quotaValue: "15")
                ]),
            Detail(
                type: "type.googleapis.com/google.rpc.Help",
                links: [
                    [
                        "description": "Learn more about Gemini API quotas",
                        "url": "https://ai.google.dev/gemini-api/docs/rate-limits",
                    ]
                ]),
            Detail(type: "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "\(delay)s"),
        ]
        return error
    }

    static func bodyTooLarge(limit: Int) -> APIError {
        invalidArgument("Request payload size exceeds the limit: \(limit) bytes.")
    }
}
