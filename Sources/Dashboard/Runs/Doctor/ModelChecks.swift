import Basics
import Connections
import EmbeddedModel
import Engine

/// What the model of the given options takes: its server, its key, certificates, and to be heard. Facts go in, checks
/// come out.
enum ModelChecks {
    static func key(_ settings: Settings, fromFile: Bool) -> Check {
        switch settings.endpoint {
        case .embedded: return .idle("key", "the embedded model takes none")
        case .none: return .idle("key", "nobody is asked")
        case .remote(let url):
            let variable = settings.api(of: url).keyVariable
            guard settings.apiKey != nil else {
                let why = settings.notices.filter { $0.contains(variable) }
                return .bad(
                    "key", (["none is sent to \(url)"] + why).joined(separator: "; "), isNeeded: false,
                    remedy: "if the server wants one, set \(variable) or name a --key-file")
            }
            return .good("key", fromFile ? "from the file of --key-file" : "\(variable) is set")
        }
    }

    /// What the endpoint said when it was asked for its models.
    struct Answer {
        let shownURL: String
        let api: ModelAPI
        let models: [ListedModel]
    }

    static func endpoint(_ settings: Settings, _ answer: Result<Answer, any Error>) -> Check {
        let name = "endpoint"
        switch answer {
        case .failure(let error):
            return .bad(
                name, "\(error)", isNeeded: true,
                remedy: "see that the server runs and --endpoint is its address; --endpoint none plays without one")
        case .success(let answer):
            let count = answer.models.count == 1 ? "1 model" : "\(answer.models.count) models"
            let found = "\(answer.shownURL) answers (\(answer.api.rawValue) API, \(count))"
            let names = answer.models.map(\.name)
            guard let wanted = settings.model, settings.endpoint != .embedded else {
                return answer.models.isEmpty && settings.model == nil
                    ? .bad(name, found, isNeeded: true, remedy: "load a model there, or name one with --model")
                    : .good(name, found)
            }
            if names.contains(where: { $0 == wanted || $0 == "models/" + wanted }) { return .good(name, found) }
            let near = NearMatches.of(wanted, in: names)
            // A server may know more names than it lists.
            return .bad(
                name, "\(found), and \(wanted) is not among them", isNeeded: false,
                remedy: near.isEmpty ? "--list-models shows them" : "did you mean \(near.joined(separator: " or "))?")
        }
    }

    static func certificates(
        _ settings: Settings, _ store: Result<TLSSettings.TrustStore, TrustStoreError>
    ) -> Check {
        let name = "certificates"
        let isNeeded = settings.asksByTLS
        switch store {
        case .failure(let error):
            let remedy = "name a file in PEM with --ca-file or SSL_CERT_FILE"
            return .bad(name, "\(error)", isNeeded: isNeeded, remedy: remedy)
        case .success(let store):
            let own = store.own > 0 ? ["\(store.own) of your own"] : []
            let system = store.system.map { ["\($0.count) in \($0.path)"] } ?? []
            guard store.own > 0 || store.system != nil else {
                return .bad(
                    name, "the system has none: no https server can be trusted", isNeeded: isNeeded,
                    remedy: "install ca-certificates, or name a file in PEM with --ca-file")
            }
            return .good(name, (system + own).joined(separator: ", "))
        }
    }

    static func player(_ settings: Settings, _ trial: PlayerTrial.Outcome) -> Check {
        let name = "audio player"
        switch trial {
        case .works(let player): return .good(name, "\(player) works")
        case .fails(let why):
            return .bad(
                name, why, isNeeded: settings.wantsVoice,
                remedy: "see that a sound device is there and free; --voice off plays with subtitles only")
        case .noneInstalled:
            return .bad(name, "none is installed", isNeeded: settings.wantsVoice, remedy: AudioPlayer.advice)
        }
    }

    static func synthesizer(_ settings: Settings, isInstalled: Bool) -> Check {
        let name = "speech"
        guard settings.endpoint == .embedded else { return .idle(name, "the endpoint's own: espeak-ng is not needed") }
        return isInstalled
            ? .good(name, "espeak-ng is installed")
            : .bad(name, "espeak-ng is not installed", isNeeded: settings.wantsVoice, remedy: SpeechSynthesizer.advice)
    }
}

extension Settings {
    /// A voice was asked for by name.
    fileprivate var wantsVoice: Bool { if case .named = voice { true } else { false } }

    fileprivate var asksByTLS: Bool {
        if case .remote(let url) = endpoint { url.lowercased().hasPrefix("https:") } else { false }
    }

    /// How many files may be open at once: 22 were counted beside the sockets with the dashboard up, and the processes
    /// of speech take a few pipes. The embedded model has the other end of each connection; the metrics' server has its
    /// clients.
    var descriptorsNeeded: Int { 32 + pool.limit * (endpoint == .embedded ? 2 : 1) + (metrics == nil ? 0 : 33) }
}
