import Basics

/// How the embedded model's server behaves.
package struct EmbeddedModelConfiguration: Sendable {
    /// The name of the only model there is unless ``models`` says otherwise; every answer's `modelVersion`.
    package static let defaultModel = "singularis-embedded-1"

    /// The name of the model that speaks, which there is only where a synthesizer is installed.
    package static let speechModel = "singularis-embedded-tts-1"

    /// Port to listen on; 0 lets the kernel choose.
    package var port = 0
    /// The key that requests must carry; `nil` takes any request.
    package var key: Secret?
    /// Time from a request's last byte to the first piece of a streamed answer.
    package var timeToFirstPiece: Duration = .milliseconds(250)
    /// Pieces (about a word each) a second after the first one.
    package var piecesPerSecond = 12.0
    /// Time from a request's last byte to an answer that is not streamed.
    package var timeToWholeAnswer: Duration = .milliseconds(600)
    /// Chooses among wordings.
    package var seed: UInt64 = 1
    /// What the pace is measured with.
    package var clock: any EngineClock = LoopClock()
    /// Names that requests may use for the model.
    package var models = [Self.defaultModel]
    /// Other names that it answers to, and says in its answers who it is; `gemini-*` stands for all that begin so.
    package var aliases: [String] = []
    /// Fields that requests do not have at Google are ignored instead of refused.
    package var isLenient = false
    /// What the speech model speaks with; without one there is no such model.
    package var synthesizer: SpeechSynthesizer?
    /// Bytes a request body may have.
    package var bodyLimit = 20 << 20

    /// Connections open at once. A few more are told so (503); the rest are closed unread.
    package var connectionLimit = 64
    /// How long a connection may stay without a request, a request without its last byte, and an answer unread.
    package var idleTimeout: Duration = .seconds(60)
    /// The faults it plays, none unless asked for.
    package var faults = FaultShares.none
    /// Told of every request when it is over. Called on the server's threads; it may only hand the record on.
    package var onRequest: (@Sendable (RequestRecord) -> Void)?

    package init() {}

    /// Every model there is, the one that speaks last.
    var allModels: [String] { models + (synthesizer == nil ? [] : [Self.speechModel]) }

    /// Which model answers to a name; `nil` where none does. A name that sounds like speech is the speech model's.
    func model(named name: String) -> String? {
        if allModels.contains(name) { return name }
        let isAlias = aliases.contains { $0.last == "*" ? name.hasPrefix($0.dropLast()) : name == $0 }
        guard isAlias else { return nil }
        return synthesizer != nil && name.contains("-tts") ? Self.speechModel : models.first
    }

    /// When piece `index` of an answer is due, counted from the request.
    func due(piece index: Int) -> Duration {
        timeToFirstPiece + (piecesPerSecond > 0 ? .seconds(Double(index) / piecesPerSecond) : .zero)
    }
}
