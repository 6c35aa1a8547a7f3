import Games
import Glibc

/// What a watchdog knows: told line by line, while its owner lives. Pure.
package struct WatchdogState: Sendable, Equatable {
    package struct Process: Sendable, Equatable {
        package let pid: pid_t
        /// When it was started, in ticks since the machine was: tells it from another that got its number later.
        package let start: UInt64
    }

    /// What is told to a watchdog.
    package enum Line: Sendable, Equatable {
        case display(name: String, authority: String?, serverPid: pid_t?)
        case process(Process)
        case gone(pid_t)
        case down(GameKey)
        case up(GameKey)
        case folder(String)
        /// All is closed: nothing is left to be done.
        case end

        package var text: String {
            switch self {
            case .display(let name, let authority, let pid):
                "display\t\(name)\t\(authority ?? "")\t\(pid.map(String.init) ?? "")"
            case .process(let process): "process\t\(process.pid)\t\(process.start)"
            case .gone(let pid): "gone\t\(pid)"
            case .down(let key): "down\t\(key.rawValue)"
            case .up(let key): "up\t\(key.rawValue)"
            case .folder(let path): "folder\t\(path)"
            case .end: "end"
            }
        }

        package init?(_ text: String) {
            let words = text.split(separator: Character("\t"), omittingEmptySubsequences: false).map { String($0) }
            switch (words.first, words.count) {
            case ("display", 4):
                let authority = words[2].isEmpty ? nil : words[2]
                self = .display(name: words[1], authority: authority, serverPid: pid_t(words[3]))
            case ("process", 3):
                guard let pid = pid_t(words[1]), let start = UInt64(words[2]) else { return nil }
                self = .process(Process(pid: pid, start: start))
            case ("gone", 2):
                guard let pid = pid_t(words[1]) else { return nil }
                self = .gone(pid)
            case ("down", 2): self = .down(GameKey(rawValue: words[1]))
            case ("up", 2): self = .up(GameKey(rawValue: words[1]))
            case ("folder", 2): self = .folder(words[1])
            case ("end", 1): self = .end
            default: return nil
            }
        }
    }

    package private(set) var display: (name: String, authority: String?, serverPid: pid_t?)?
    package private(set) var processes: [Process] = []
    package private(set) var down: Set<GameKey> = []
    package private(set) var folders: [String] = []
    package private(set) var isOver = false

    package init() {}

    package mutating func apply(_ line: Line) {
        switch line {
        case .display(let name, let authority, let pid): display = (name, authority, pid)
        case .process(let process): processes.append(process)
        case .gone(let pid): processes.removeAll { $0.pid == pid }
        case .down(let key): down.insert(key)
        case .up(let key): down.remove(key)
        case .folder(let path): folders.append(path)
        case .end: isOver = true
        }
    }

    /// The arguments with which xdotool releases what is down; `nil` where nothing is.
    package var release: [String]? {
        guard !down.isEmpty else { return nil }
        let lines = down.map { HeldKeys.line($0, isDown: false) }.sorted()
        return lines.flatMap { $0.split(separator: " ").map(String.init) }
    }

    package static func == (a: WatchdogState, b: WatchdogState) -> Bool {
        a.display.map { "\($0)" } == b.display.map { "\($0)" } && a.processes == b.processes && a.down == b.down
            && a.folders == b.folders && a.isOver == b.isOver
    }
}
