import Basics
import Connections

/// A server that speaks the OpenAI API, such as llama.cpp, Ollama, LM Studio or vLLM; which model of its is asked, and
/// with which key.
package struct OpenAIEndpoint: ModelEndpoint {
    /// Up to and with the version, such as `http://127.0.0.1:8080/v1`, without a slash at the end.
    package let baseURL: String
    package let model: String
    package let key: Secret?
    /// Nobody named the API: the URL looks like it.
    package var isGuessed = false
    /// What the server was found to refuse. Shared by every client of this endpoint.
    let dialect: OpenAIDialect
    let thinking = ThinkingSwitch(ways: 2)

    /// A `baseURL` without a path is given `/v1`, where all of these servers answer.
    package init(baseURL: String, model: String, key: Secret? = nil) {
        var base = baseURL[...]
        while base.last == "/" { base = base.dropLast() }
        for path in ["/chat/completions", "/models"] where base.hasSuffix(path) {
            base = base.dropLast(path.utf8.count)
        }
        let afterScheme = base.firstRange(of: "://").map { base[$0.upperBound...] } ?? base
        self.baseURL = String(base) + (afterScheme.contains("/") ? "" : "/v1")
        self.model = model
        self.key = key
        dialect = OpenAIDialect()
    }

    package var api: ModelAPI { .openai }
    package var shownURL: String { baseURL }
    package func client(over http: any HTTPClient) -> any ModelClient { OpenAIClient(endpoint: self, http: http) }
}
