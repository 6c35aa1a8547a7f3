import Basics
import Speech

/// Finds out whether a line would be heard: plays half a second of silence through the players that are installed, as
/// the voice would, one after another until one takes it.
package enum PlayerTrial {
    package enum Outcome: Sendable, Equatable {
        /// By the name of the player that took it all.
        case works(String)
        /// What the last of them said.
        case fails(String)
        case noneInstalled
    }

    /// `environment` is the players'; its `PATH` is where they are looked for. Nothing of them is left when this
    /// returns.
    package static func run(
        environment: [String: String], clock: any EngineClock = ContinuousClock()
    ) async -> Outcome {
        let players = AudioPlayer.installed(environment: environment)
        guard !players.isEmpty else { return .noneInstalled }
        var settings = MixerCore.Settings()
        // Once is enough to know: somebody waits for the answer.
        settings.patience = 1
        let mixer = AudioMixer(players: players, environment: environment, clock: clock, settings: settings)
        async let playing: Void = mixer.run()
        mixer.play([UInt8](repeating: 0, count: SpeechFormat.bytesPerSecond / 2))
        let wasHeard = await mixer.finishLine()
        let status = mixer.status
        await mixer.close()
        await playing
        if wasHeard, let player = status.player { return .works(player) }
        return .fails(status.gaveUp ?? status.lastFailure ?? "no player took the sound")
    }
}
