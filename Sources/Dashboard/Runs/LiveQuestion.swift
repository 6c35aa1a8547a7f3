import ArgumentParser
import Basics
import Desktop
import Engine
import Glibc

/// Asks whether keys may be pressed on a display that others use too, before the first one is.
enum LiveQuestion {
    /// Returns when they may, or when nothing is pressed anyway.
    /// - Throws: what is missing, or `ExitCode` when the answer was not yes.
    static func ask(_ game: Settings.GameChoice, isAnswered: Bool) throws {
        guard case .desktop(let choice) = game, case .shared(let display) = choice.plan.display, choice.plan.isLive
        else { return }
        try SignalWatch.letThrough { try ask(choice, display, isAnswered) }
    }

    private static func ask(_ choice: Settings.DesktopChoice, _ display: String, _ isAnswered: Bool) throws {
        let window = choice.plan.profile.launch.isEmpty
            ? try blockOn { try await DesktopGame.look(choice.plan, clock: ContinuousClock()) } : nil
        for line in lines(choice, display, window) { Output.error(line, .notice) }
        if isAnswered { return }
        guard isatty(0) == 1 else {
            throw ValidationError("--live asks for a yes, and standard input is no terminal: add --yes.")
        }
        Output.error("Type yes to let it: ", .notice)
        guard readLine() == "yes" else {
            Output.error("singularis: not started: that was no yes")
            throw ExitCode(1)
        }
    }

    static func lines(_ choice: Settings.DesktopChoice, _ display: String, _ window: GameWindow?) -> [String] {
        let shown = window.map {
            "window \($0.id) \"\($0.title)\", \($0.width)x\($0.height), process \($0.pid.map(String.init) ?? "unknown")"
        } ?? "the window that \(choice.plan.profile.title) opens"
        return [
            "Keys are going to be pressed on display \(display), which you may be using:",
            "  game     \(choice.plan.profile.title)",
            "  window   \(shown)",
            "  pressed  by xdotool (XTEST), while that window has the keyboard",
            "  keys     \(choice.file.path)",
        ] + (choice.file.own?.words(for: choice.plan.profile.actions) ?? []).map { "           \($0)" }
    }
}
