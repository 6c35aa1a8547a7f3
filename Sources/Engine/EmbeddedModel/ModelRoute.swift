import Basics

/// What a request asks the model server to do.
package enum ModelCall: Equatable, Sendable {
    case listModels
    case describe(model: String)
    case generate(model: String)
    case stream(model: String, framing: StreamFraming)
    case countTokens(model: String)

    /// The method's name as error texts and the counters use it.
    package var name: String {
        switch self {
        case .listModels: "listModels"
        case .describe: "getModel"
        case .generate: "generateContent"
        case .stream: "streamGenerateContent"
        case .countTokens: "countTokens"
        }
    }

    /// The model that is asked, where one is.
    package var model: String? {
        switch self {
        case .listModels: nil
        case .describe(let model), .generate(let model), .stream(let model, _), .countTokens(let model): model
        }
    }
}

/// How the pieces of a streamed answer are set apart.
package enum StreamFraming: Equatable, Sendable {
    /// `alt=sse`: one server-sent event a piece.
    case events
    /// Without it: one JSON array, an element a piece.
    case array
}

/// A request line taken apart.
package struct ModelRoute: Equatable, Sendable {
    package let call: ModelCall
    /// `v1` or `v1beta`.
    package let version: String
    /// The key given as `?key=`, where it is.
    package let key: String?

    /// Throws 404 for a path this server does not have, 405 for one that wants another method.
    package init(method: String, uri: String) throws(APIError) {
        let halves = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = Self.decoded(halves[0])
        let query = halves.count > 1 ? Self.parameters(halves[1]) : [:]
        key = query["key"].flatMap { $0.isEmpty ? nil : $0 }

        let steps = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        guard steps.count >= 2, steps[0] == "v1" || steps[0] == "v1beta", steps[1] == "models" else {
            throw .unknownPath(path)
        }
        version = steps[0]
        guard steps.count > 2 else {
            try Self.expect("GET", method)
            call = .listModels
            return
        }
        // A name may itself be given as models/NAME.
        let resource = steps[2] == "models" && steps.count > 3 ? steps[3...] : steps[2...]
        let parts = resource.joined(separator: "/").split(separator: ":", maxSplits: 1).map(String.init)
        guard resource.count == 1, let model = parts.first else { throw .unknownPath(path) }
        guard parts.count == 2 else {
            try Self.expect("GET", method)
            call = .describe(model: model)
            return
        }
        switch parts[1] {
        case "generateContent": call = .generate(model: model)
        case "streamGenerateContent": call = .stream(model: model, framing: try Self.framing(query["alt"]))
        case "countTokens": call = .countTokens(model: model)
        default: throw .unknownModel(model, version: steps[0], method: parts[1])
        }
        try Self.expect("POST", method)
    }

    private static func expect(_ allowed: String, _ method: String) throws(APIError) {
        guard method == allowed else { throw .wrongMethod(method, allowed: allowed) }
    }

    private static func framing(_ alt: String?) throws(APIError) -> StreamFraming {
        switch alt {
        case "sse": return .events
        case nil, "json": return .array
        case .some(let other): throw .invalidArgument("Invalid value at 'alt': \"\(other)\". Use json or sse.")
        }
    }

    private static func decoded(_ text: Substring) -> String { String(decoding: percentDecoded(text), as: UTF8.self) }

    private static func parameters(_ query: Substring) -> [String: String] {
        var parameters: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            parameters[Self.decoded(sides[0])] = sides.count > 1 ? Self.decoded(sides[1]) : ""
        }
        return parameters
    }
}
