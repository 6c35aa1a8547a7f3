import ArgumentParser
import Basics
import Engine
import FoundationEssentials
import Vision

extension ModelAPI: ExpressibleByArgument {}
extension Perspective: ExpressibleByArgument {}

/// The flags that say who answers model requests, and how it is asked.
struct EndpointOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Who answers model requests: embedded, gemini, the base URL of a server, such as \
            http://127.0.0.1:8080/v1 for llama.cpp, or none: the agent then plays without one. Default: gemini if \
            there is a Gemini key, else embedded.
            """, valueName: "server"),
        completion: .list(["embedded", "gemini", "none"]))
    var endpoint: String?

    @Option(help: "The API the server speaks. Default: what its URL looks like.")
    var api: ModelAPI?

    @Option(
        help: ArgumentHelp("The version in the path of the Gemini API. Default: v1beta.", valueName: "version"),
        completion: .list(EndpointOptions.versions))
    var apiVersion: String?

    @Option(help: ArgumentHelp("The model to ask for. Default: the endpoint's own.", valueName: "name"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            """
            A file whose first line is the key. Default: the environment's OPENAI_API_KEY for the OpenAI API, else \
            GEMINI_API_KEY, which goes to Google only, or to a URL that --api gemini is given with.
            """, valueName: "file"),
        completion: .file())
    var keyFile: String?

    @Option(
        help: ArgumentHelp(
            "Frames a second that each perspective of the interpreter may look at (0.01...10).", valueName: "frames"))
    var frameRate = 0.5

    @Option(
        help: """
            How the interpreter looks at the game. May be repeated. Default: tactical, spatial and narrative with the \
            embedded model, comprehensive with any other.
            """)
    var perspective: [Perspective] = []

    @Flag(help: "Print the models of the endpoint, those that take text only marked, and end.")
    var listModels = false

    private static let versions = ["v1", "v1beta", "v1alpha"]

    func validate() throws {
        guard frameRate.isFinite, (0.01...10).contains(frameRate) else {
            throw ValidationError("--frame-rate must be between 0.01 and 10.")
        }
        guard Set(perspective).count == perspective.count else {
            throw ValidationError("--perspective names one perspective twice.")
        }
        if let endpoint, !["embedded", "gemini", "none"].contains(endpoint), !Settings.isBaseURL(endpoint) {
            throw ValidationError(
                """
                --endpoint must be embedded, gemini, none, or a URL such as http://127.0.0.1:8080/v1, without ? and #: \
                a key belongs in the environment or in a --key-file.
                """)
        }
        if let apiVersion, !Self.versions.contains(apiVersion) {
            throw ValidationError("--api-version must be v1, v1beta or v1alpha.")
        }
        if endpoint == "none", listModels { throw ValidationError("--endpoint none has no models to list.") }
        if endpoint == "gemini", api == .openai {
            throw ValidationError("--endpoint gemini speaks the Gemini API; name a URL for the OpenAI API.")
        }
    }

    /// - Throws: `ValidationError` when the environment or the key file does not fit the flags.
    func apply(to settings: inout Settings, environment: [String: String]) throws {
        settings.frameRate = frameRate
        settings.perspectives = perspective
        settings.model = model
        settings.api = api
        settings.apiVersion = apiVersion
        let fileKey = try keyFile.map { try Secret(keyFile: $0) }
        func key(_ api: ModelAPI) -> Secret? {
            fileKey ?? environment[api.keyVariable].flatMap { $0.isEmpty ? nil : Secret($0) }
        }
        switch endpoint ?? (key(.gemini) == nil ? "embedded" : "gemini") {
        case "embedded": settings.endpoint = .embedded
        case "none": settings.endpoint = .none
        case "gemini":
            guard let key = key(.gemini) else {
                throw ValidationError(
                    "--endpoint gemini needs a key: set GEMINI_API_KEY in the environment, or name a --key-file.")
            }
            settings.endpoint = .remote(Settings.geminiURL)
            settings.apiKey = key
        case let url:
            settings.endpoint = .remote(url)
            let spoken = settings.api(of: url)
            // Most URLs only look like Gemini because they look like nothing else: that is no reason to tell whoever is
            // there a key that spends somebody's money.
            guard spoken == .openai || api == .gemini || Settings.isGoogle(url) || fileKey != nil else {
                if key(.gemini) != nil {
                    settings.notices.append(
                        "GEMINI_API_KEY is not sent to \(url): it goes to Google only, or where --api gemini is given")
                }
                return
            }
            settings.apiKey = key(spoken)
        }
    }
}

extension Secret {
    /// The first line of a `--key-file`. Nothing of it is ever part of an error.
    init(keyFile path: String) throws(ValidationError) {
        let shown = KeyShape.shownPath(path)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("--key-file: \(shown) cannot be read; name a file whose first line is the key.")
        }
        let text = String(decoding: data.prefix(4096), as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first.map { $0.filter { !$0.isWhitespace } } ?? ""
        guard !line.isEmpty else { throw ValidationError("--key-file: \(shown) has no key in its first line.") }
        self.init(line)
    }
}
