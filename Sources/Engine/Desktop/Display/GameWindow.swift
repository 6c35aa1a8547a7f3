import Basics
import Glibc

/// The window of a game, as the X server knows it.
package struct GameWindow: Sendable, Equatable {
    package let id: UInt64
    /// The process that made it; `nil` where it does not say.
    package let pid: pid_t?
    package let title: String
    package let width: Int
    package let height: Int
}

/// How the window of a game is told from others: its title or class hold these texts. Regular expressions, as xdotool
/// takes them (POSIX extended, upper and lower case alike).
package struct WindowMatch: Sendable, Equatable, Decodable {
    package var name: String?
    package var windowClass: String?

    package init(name: String? = nil, windowClass: String? = nil) {
        (self.name, self.windowClass) = (name, windowClass)
    }

    private enum Keys: String, CodingKey, CaseIterable { case name, `class` }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.fields(Keys.self)
        name = try fields.decodeIfPresent(String.self, forKey: .name)
        windowClass = try fields.decodeIfPresent(String.self, forKey: .class)
        guard [name, windowClass].contains(where: { $0?.isEmpty == false }) else {
            throw fields.mistake(.name, "name or class must say which window it is")
        }
    }

    package var words: String {
        [name.map { "named \"\($0)\"" }, windowClass.map { "of class \"\($0)\"" }].compactMap(\.self)
            .joined(separator: " ")
    }
}

extension XDisplay {
    /// The window that matches, once it is there.
    ///
    /// `isGone` says that nothing is to be waited for any more, and why.
    func window(
        _ match: WindowMatch, within time: Duration, clock: any EngineClock, isGone: () -> DesktopError? = { nil }
    ) async throws -> GameWindow {
        let deadline = clock.now + time
        while true {
            if let window = try await find(match) {
                guard environment.variables["WINDOWID"].flatMap(UInt64.init) != window.id || !isShared else {
                    throw DesktopError.ownTerminal(window: window.id)
                }
                return window
            }
            if let error = isGone() { throw error }
            guard clock.now < deadline else {
                throw DesktopError.noWindow(match: match.words, display: name, after: time)
            }
            try await clock.sleep(for: .milliseconds(100))
        }
    }

    private func find(_ match: WindowMatch) async throws(DesktopError) -> GameWindow? {
        var found: [UInt64]?
        // Each pattern by itself: xdotool takes one text for all of them.
        for (kind, text) in [("--name", match.name), ("--class", match.windowClass)] {
            guard let text else { continue }
            let answer = try await ShortRun.run(["xdotool", "search", "--onlyvisible", kind, text], environment)
            let ids = answer.output.split(whereSeparator: \.isNewline).compactMap { UInt64($0) }
            found = found.map { $0.filter(ids.contains) } ?? ids
        }
        for id in found ?? [] { if let window = try await describe(id) { return window } }
        return nil
    }

    /// What there is to know of a window; `nil` when it is gone.
    func describe(_ id: UInt64) async throws(DesktopError) -> GameWindow? {
        let geometry = try await ShortRun.run(["xdotool", "getwindowgeometry", "--shell", "\(id)"], environment)
        guard geometry.isGood else { return nil }
        func number(_ name: String) -> Int? {
            geometry.output.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name + "=") }
                .flatMap { Int($0.dropFirst(name.count + 1)) }
        }
        guard let width = number("WIDTH"), let height = number("HEIGHT"), width > 1, height > 1 else { return nil }
        let pid = try await ShortRun.run(["xdotool", "getwindowpid", "\(id)"], environment)
        let title = try await ShortRun.run(["xdotool", "getwindowname", "\(id)"], environment)
        return GameWindow(
            id: id, pid: pid_t(pid.output.trimmingSpace), title: title.output.trimmingSpace, width: width,
            height: height)
    }

    /// Gives a window the keyboard, and its size; where a window manager says otherwise, it stays as it is.
    func prepare(_ window: GameWindow, width: Int, height: Int) async throws(DesktopError) -> GameWindow {
        if window.width != width || window.height != height {
            _ = try await ShortRun.run(["xdotool", "windowsize", "\(window.id)", "\(width)", "\(height)"], environment)
        }
        // Without a window manager nothing else gives the keyboard to anybody.
        _ = try await ShortRun.run(["xdotool", "windowfocus", "\(window.id)"], environment)
        return try await describe(window.id) ?? window
    }
}
