import Basics
import Connections

/// Where a model is asked, which one, and with which key.
package struct GeminiEndpoint: ModelEndpoint {
    /// Asked when nothing else is said.
    package static let defaultModel = "gemini-3.8-flash"

    /// Without API version and without a slash at the end.
    package let baseURL: String
    package let version: String
    /// Without `models/`.
    package let model: String
    package let key: Secret?
    /// Nobody named the API: the URL looks like it.
    package var isGuessed = false

    /// `baseURL` may end in an API version, which then counts; `model` may start with `models/`.
    package init(baseURL: String, model: String? = nil, key: Secret? = nil, version: String = "v1beta") {
        var base = baseURL[...]
        while base.last == "/" { base = base.dropLast() }
        var version = version
        if let slash = base.lastIndex(of: "/"), Self.versions.contains(String(base[slash...].dropFirst())) {
            version = String(base[slash...].dropFirst())
            base = base[..<slash]
        }
        self.baseURL = String(base)
        self.version = version
        let name = model ?? Self.defaultModel
        self.model = name.hasPrefix("models/") ? String(name.dropFirst("models/".count)) : name
        self.key = key
    }

    /// The URL of one of the model's methods, such as `generateContent`.
    package func url(_ method: String) -> String {
        "\(baseURL)/\(version)/models/\(model.percentEncodedForPath):\(method)"
    }

    /// The URL of one page of the list of models.
    func listURL(_ page: String?) -> String {
        "\(baseURL)/\(version)/models?pageSize=1000" + (page.map { "&pageToken=\($0.percentEncodedForPath)" } ?? "")
    }

    package var api: ModelAPI { .gemini }
    package var shownURL: String { baseURL }
    package func client(over http: any HTTPClient) -> any ModelClient { GeminiClient(endpoint: self, http: http) }

    /// Shared by every client of this endpoint.
    let thinkingSwitch = ThinkingSwitch(ways: 2)

    /// Models that think let the depth be chosen, by a level since Gemini 3 and by a number of tokens before; a comment
    /// on a frame needs little. Takes the step of the ``ThinkingSwitch``.
    package func thinking(_ step: Int = 0) -> GeminiMessages.ThinkingConfig? {
        let hasLevels = model.hasPrefix("gemini-3") || model.hasPrefix("gemini-4")
        return switch step {
        case 1: hasLevels ? .init(thinkingLevel: "MINIMAL") : .init(thinkingBudget: 0)
        // The least that those take which cannot do without.
        case 2 where !hasLevels: .init(thinkingBudget: 128)
        default: hasLevels ? .init(thinkingLevel: "LOW") : nil
        }
    }

    static let versions: Set = ["v1", "v1beta", "v1alpha"]
}

extension String {
    /// Everything but RFC 3986 unreserved characters and `/` in percent notation.
    var percentEncodedForPath: String {
        var result = ""
        for byte in utf8 {
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-._~/".contains(character) {
                result.append(character)
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                result += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return result
    }
}
