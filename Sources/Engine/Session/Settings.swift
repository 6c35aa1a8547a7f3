import Basics
import Connections
import Desktop
import EmbeddedModel
import Games
import Journal
import Metrics
import Record
import Vision

/// Everything a session is started with. Made from the command line once; never changes while the session runs.
package struct Settings: Sendable {
    package typealias Mode = SessionInfo.Mode

    /// Who answers the model requests.
    package enum Endpoint: Sendable, Equatable {
        /// The embedded model, on a loopback port.
        case embedded
        /// A server, by its base URL: such as `https://generativelanguage.googleapis.com`, or
        /// `http://127.0.0.1:8080/v1`. Which API it speaks is ``Settings/api``'s.
        case remote(String)
        /// Nobody: nothing is asked, and the agent plays on its own tiers.
        case none
    }

    /// What is played.
    package enum GameChoice: Sendable {
        case embedded
        /// A real game in a window.
        case desktop(DesktopChoice)
        /// A video, which is only watched.
        case video(VideoGame.Plan)
    }

    /// A real game, where it is shown, and whether keys are pressed there.
    package struct DesktopChoice: Sendable {
        package var file: ProfileFile
        package var plan: DesktopGame.Plan
        package init(_ file: ProfileFile, _ plan: DesktopGame.Plan) { (self.file, self.plan) = (file, plan) }
    }

    package var game = GameChoice.embedded
    package var mode = Mode.parallel
    /// Ends the session after this time; `nil` runs until it is stopped.
    package var duration: Duration?
    package var seed: UInt64 = 1
    /// Frames a second that each perspective of the interpreter may look at.
    package var frameRate = 0.5
    /// Empty means the default: tactical, spatial and narrative with the embedded model, comprehensive with a remote
    /// one.
    package var perspectives: [Perspective] = []
    package var endpoint = Endpoint.embedded
    /// The API that a remote endpoint speaks; `nil`: the one its URL looks like.
    package var api: ModelAPI?
    /// The version in the path of the Gemini API; `nil`: `v1beta`.
    package var apiVersion: String?
    package var model: String?
    package var apiKey: Secret?
    /// What the operator must know of these settings.
    package var notices: [String] = []
    package var account = AccountSettings()
    package var pool = PoolSettings()
    package var tls = TLSSettings()
    package var proxy = ProxySettings()
    package var voice = VoiceChoice.automatic
    /// The speech model to ask for; `nil` is the endpoint's own.
    package var speechModel: String?
    /// What child processes inherit; its `PATH` is where programs are looked for. Empty: no program is found.
    package var childEnvironment: [String: String] = [:]
    /// Faults of the embedded model, none unless asked for.
    package var modelFaults = FaultShares.none
    /// Whether and where the session is written down; nowhere unless asked for.
    package var journal = JournalSettings()
    /// Whether and where the session's metrics are served.
    package var metrics: MetricsSettings?
    package var dryRun = false
    package var speed = GameSpeed.realtime(1)
    /// A fault on purpose in a loop; for tests of the way out.
    package var fault: FaultOnPurpose?
    package var learner = LearnerSettings()

    /// Whether lines are spoken.
    package enum VoiceChoice: Sendable, Equatable {
        /// With the embedded model, which costs nothing, if a player and a synthesizer are installed.
        case automatic
        case off
        /// In this voice, by a remote model as well.
        case named(String)
    }

    package init() {}

    /// The perspectives to use, with the default filled in.
    package var effectivePerspectives: [Perspective] {
        guard perspectives.isEmpty else { return perspectives }
        return endpoint == .embedded ? [.tactical, .spatial, .narrative] : [.comprehensive]
    }
}

extension Settings {
    /// Where Gemini answers.
    package static let geminiURL = "https://generativelanguage.googleapis.com"

    /// Whether a text can be the base URL of an endpoint: http or https, with a host and, if any, a port that exists.
    /// Neither query nor fragment: paths are added at its end, and what stands there, such as a key, would be shown.
    package static func isBaseURL(_ text: String) -> Bool {
        (try? Location(text)) != nil && !text.contains { $0 == "?" || $0 == "#" }
    }

    /// Whether a URL is Google's own, where its keys belong.
    package static func isGoogle(_ url: String) -> Bool {
        guard let origin = try? Location(url).origin else { return false }
        return origin.scheme == .https && origin.host.lowercased() == "generativelanguage.googleapis.com"
    }
}
