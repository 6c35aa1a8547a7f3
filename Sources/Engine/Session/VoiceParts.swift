import Basics
import Connections
import EmbeddedModel
import Speech

/// Decides what the voice speaks with, from what was asked for and what is installed.
struct VoiceParts {
    let audio: VoiceSystem.Audio?
    /// Why lines are only shown although they might be heard, and what would change it. `nil` where nobody expects to
    /// hear them: speech is off, or would cost money and was not asked for.
    let why: String?

    private init(audio: VoiceSystem.Audio? = nil, why: String? = nil) {
        self.audio = audio
        self.why = why
    }

    /// `endpoint` is where models are asked; `onChange` is told when the mixer's state changes.
    init(
        _ settings: Settings, endpoint: any ModelEndpoint, http: any HTTPClient, account: ModelAccount,
        clock: any EngineClock, onChange: @escaping @Sendable () -> Void
    ) {
        let isEmbedded = settings.endpoint == .embedded
        let voice: String
        switch settings.voice {
        case .off:
            self.init()
            return
        case .automatic where !isEmbedded:
            self.init()
            return
        case .named where settings.endpoint == .none:
            self.init(why: "speech needs a model, and --endpoint none has none")
            return
        case .automatic: voice = GeminiVoices.standard
        case .named(let name): voice = name
        }
        guard let endpoint = endpoint as? GeminiEndpoint else {
            self.init(why: "speech needs an endpoint with the Gemini API")
            return
        }
        let players = AudioPlayer.installed(environment: settings.childEnvironment)
        guard !players.isEmpty else {
            self.init(why: "no audio player; \(AudioPlayer.advice)")
            return
        }
        guard !isEmbedded || SpeechSynthesizer(environment: settings.childEnvironment) != nil else {
            self.init(why: "no speech synthesizer; \(SpeechSynthesizer.advice)")
            return
        }
        let model = settings.speechModel
            ?? (isEmbedded ? EmbeddedModelConfiguration.speechModel : SpeechClient.defaultModel)
        let speech = GeminiEndpoint(
            baseURL: endpoint.baseURL, model: model, key: endpoint.key, version: endpoint.version)
        self.init(
            audio: VoiceSystem.Audio(
                source: SpeechClient(endpoint: speech, http: http, account: account, voice: voice),
                mixer: AudioMixer(
                    players: players, environment: settings.childEnvironment, clock: clock, onChange: onChange),
                voice: voice))
    }
}
