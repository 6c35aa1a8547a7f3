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

    package init(id: UInt64, pid: pid_t?, title: String, width: Int, height: Int) {
        (self.id, self.pid, self.title, self.width, self.height) = (id, pid, title, width, height)
    }

    /// From what xdotool answers to `getwindowgeometry --shell`, `getwindowname` and, last, `getwindowpid`, which fails
    /// (`hasPid`) where the window does not say. `nil` where that is no window to play in.
    init?(id: UInt64, lines: [String], hasPid: Bool) {
        func number(_ name: String) -> Int? {
            lines.first { $0.hasPrefix(name + "=") }.flatMap { Int($0.dropFirst(name.count + 1)) }
        }
        guard let width = number("WIDTH"), let height = number("HEIGHT"), width > 1, height > 1 else { return nil }
        let last = lines.lastIndex { $0.hasPrefix("SCREEN=") } ?? lines.startIndex
        var rest = lines[(last + 1)...]
        let pid = hasPid ? rest.popLast().flatMap { pid_t($0.trimmingSpace) } : nil
        self.init(id: id, pid: pid, title: rest.joined(separator: " ").trimmingSpace, width: width, height: height)
    }
}

/// How the window of a game is told from others: its title or class hold these texts. Regular expressions, as xdotool
/// takes them (POSIX extended, upper and lower case alike).
package struct WindowMatch: Sendable, Equatable, Decodable {
    package var name: String?
    package var windowClass: String?

    /// The title that a person named, where it was one.
    private var title: String?

    package init(name: String? = nil, windowClass: String? = nil) {
        (self.name, self.windowClass) = (name, windowClass)
    }

    /// A window whose title holds this text, letter by letter.
    package init(title: String) {
        let special = #"\^$.|?*+()[{"#
        self.init(name: title.map { special.contains($0) ? "\\\($0)" : "\($0)" }.joined())
        self.title = title
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
        [(title ?? name).map { "named \"\($0)\"" }, windowClass.map { "of class \"\($0)\"" }].compactMap(\.self)
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
        var pace = SearchPace()
        var (failures, failure): (Int, DesktopError?) = (0, nil)
        while true {
            try Task.checkCancellation()
            var found: GameWindow?
            do throws(DesktopError) {
                found = try await find(match)
                (failures, failure) = (0, nil)
            } catch {
                (failures, failure) = (failures + 1, error)
                // A window that goes away while it is looked at ends xdotool, too: that passes.
                if case .missing = error { throw error }
                if failures == 3 { throw isGone() ?? error }
            }
            if let window = found {
                guard environment.variables["WINDOWID"].flatMap(UInt64.init) != window.id || !isShared else {
                    throw DesktopError.ownTerminal(window: window.id)
                }
                return window
            }
            if let error = isGone() { throw error }
            guard clock.now < deadline else {
                throw failure ?? DesktopError.noWindow(match: match.words, display: name, after: time)
            }
            try await clock.sleep(for: pace.next())
        }
    }

    /// - Throws: ``DesktopError`` when it could not be looked for, which is not the same as that there is none.
    private func find(_ match: WindowMatch) async throws(DesktopError) -> GameWindow? {
        var found: [UInt64]?
        // Each pattern by itself: xdotool takes one text for all of them.
        for (kind, text) in [("--name", match.name), ("--class", match.windowClass)] {
            guard let text, found?.isEmpty != true else { continue }
            let answer = try await ShortRun.run(["xdotool", "search", "--onlyvisible", kind, text], environment)
            // It ends with 1 when nothing is found, too, and then says nothing.
            guard answer.isGood || answer.complaint.isEmpty else { throw .ended("xdotool", why: answer.complaint) }
            let ids = answer.output.split(whereSeparator: \.isNewline).compactMap { UInt64($0) }
            found = found.map { $0.filter(ids.contains) } ?? ids
        }
        for id in found ?? [] { if let window = try await describe(id) { return window } }
        return nil
    }

    /// What there is to know of a window; `nil` when it is gone.
    func describe(_ id: UInt64) async throws(DesktopError) -> GameWindow? {
        // One program for all: it is asked while the game is played. The first that fails ends the chain, and a window
        // need not have a process.
        let answer = try await ShortRun.run(
            ["xdotool", "getwindowgeometry", "--shell", "\(id)", "getwindowname", "\(id)", "getwindowpid", "\(id)"],
            environment)
        let lines = answer.output.split(whereSeparator: \.isNewline).map(String.init)
        if lines.isEmpty, !answer.isGood, !answer.complaint.contains("Bad") {
            throw .ended("xdotool", why: answer.complaint.isEmpty ? "it said nothing" : answer.complaint)
        }
        return GameWindow(id: id, lines: lines, hasPid: answer.isGood)
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

/// How long is waited between two looks for a window: one that is about to open is found soon, and one that takes its
/// time does not cost a program ten times a second until then. Pure.
struct SearchPace: Sendable {
    private var wait = Duration.milliseconds(100)

    mutating func next() -> Duration {
        defer { wait = min(wait * 3 / 2, .seconds(1)) }
        return wait
    }
}
