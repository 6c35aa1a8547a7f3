import Terminal

/// What keys do in a replay besides what they do on every screen. They come before the table of ``KeyMap``.
enum ReplayKeys {
    static let bindings: [Binding] =
        [
            Binding(["q", .control("c")], .stop, .replay, "Leave. Where something is open, q closes that instead."),
            Binding([" ", "p", "F"], .replay(.togglePlay), .replay, "Play, or pause. At the end: from the beginning."),
            Binding(["+", "="], .replay(.faster), .replay, "Twice as fast, up to 64x.", label: "+"),
            Binding(["-"], .replay(.slower), .replay, "Half as fast, down to 0.25x."),
            Binding(["."], .replay(.step), .replay, "To the next line of the journal, and pause."),
            Binding(["["], .replay(.seek(by: -10)), .replay, "Ten seconds back."),
            Binding(["]"], .replay(.seek(by: 10)), .replay, "Ten seconds on."),
            Binding(["{"], .replay(.seek(by: -60)), .replay, "A minute back."),
            Binding(["}"], .replay(.seek(by: 60)), .replay, "A minute on."),
        ]
        + (0...9).map { digit in
            Binding(
                [.character(Unicode.Scalar(UInt8(ascii: "0") + UInt8(digit)))], .replay(.go(to: Double(digit) / 10)),
                .replay, "To the beginning, to one tenth of the whole ... to nine; Tab and clicks focus panels.",
                label: "0 ... 9")
        }
        + [
            Binding(["$"], .replay(.go(to: 1)), .replay, "To the end: of a session that runs, to what it does now."),
            Binding(
                ["n"], .replay(.mark(1)), .replay,
                "To the next failure, or what m chose. Where a filter is set: to the next line."),
            Binding(["N"], .replay(.mark(-1)), .replay, "To the one before."),
            Binding(
                ["m"], .replay(.nextKind), .replay,
                "What n and N go to: failures, stuck episodes, deaths, spend jumps."),
        ]

    private static let actions: [Key: KeyAction] = {
        var actions: [Key: KeyAction] = [:]
        for binding in bindings { for key in binding.keys { actions[key] = binding.action } }
        return actions
    }()

    static func action(for key: Key) -> KeyAction? { actions[key] }

    /// All keys of a replay, for the help: its own, and those of every screen that it leaves to that.
    static var all: [Binding] {
        var seen: Set<String> = []
        let own = bindings.filter { seen.insert($0.name).inserted }
        return own
            + KeyMap.bindings.filter { binding in
                binding.group != .agent && binding.action != .freeze && binding.keys.contains { actions[$0] == nil }
            }
    }

    /// The keys that matter, most important first.
    static func footer(_ status: ReplayStatus) -> [(keys: String, word: String, presses: Key)] {
        [
            ("space", status.isPlaying ? "pause" : "play", " "), ("[ ]", "10s", "]"), ("+ -", "speed", "+"),
            (".", "step", "."), ("n N", status.kind.words.one, "n"), ("m", "other marks", "m"), ("0-9", "tenths", "5"),
        ]
    }
}
