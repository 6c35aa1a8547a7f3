import Basics

/// A program that plays raw samples from its standard input.
package struct AudioPlayer: Sendable, Equatable {
    package let name: String
    package let arguments: [String]

    /// In the order in which they are tried: sound servers first, they share the device. Each is told to keep little in
    /// its own buffer, so that a line that is cut short ends soon.
    package static let known = [
        AudioPlayer(
            name: "pw-play",
            arguments: ["--raw", "--rate=24000", "--channels=1", "--format=s16", "--latency=100ms", "-"]),
        AudioPlayer(
            name: "paplay",
            arguments: ["--raw", "--rate=24000", "--channels=1", "--format=s16le", "--latency-msec=100"]),
        AudioPlayer(
            name: "aplay",
            arguments: ["-q", "-t", "raw", "-f", "S16_LE", "-r", "24000", "-c", "1", "--buffer-time=250000", "-"]),
        AudioPlayer(
            name: "ffplay",
            arguments: [
                "-nodisp", "-autoexit", "-loglevel", "error", "-fflags", "nobuffer", "-f", "s16le",
                "-sample_rate", "24000", "-i", "pipe:0",
            ]),
        AudioPlayer(
            name: "play",
            arguments: ["-q", "-t", "raw", "-r", "24000", "-c", "1", "-b", "16", "-e", "signed-integer", "-L", "-"]),
    ]

    /// What to do when there is none.
    package static let advice = "install alsa-utils (aplay), pulseaudio-utils or pipewire-bin"

    /// Those that are in a folder of `PATH`, best first. Relative folders are not searched: they would depend on where
    /// the program was started.
    package static func installed(environment: [String: String]) -> [AudioPlayer] {
        known.filter { Programs.isInstalled($0.name, environment: environment) }
    }
}
