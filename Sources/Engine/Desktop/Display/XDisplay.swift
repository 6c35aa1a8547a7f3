import Basics
import FoundationEssentials
import Glibc
import Synchronization

/// A display that a game is shown on: one of our own, with nothing else on it, or one that is there.
package final class XDisplay: Sendable {
    /// Where a game is to be shown.
    package enum Choice: Sendable, Equatable {
        /// A display of our own, without a screen.
        case own
        /// One that is there, such as `:1`; what it shows besides is somebody's.
        case shared(String)
    }

    /// Such as `:3`.
    package let name: String
    /// What clients of it are run with.
    package let environment: ChildEnvironment
    /// Others use it too: the focus may go elsewhere.
    package let isShared: Bool
    /// The server, where it is ours.
    let server: ChildProcess?

    private init(_ name: String, _ environment: ChildEnvironment, isShared: Bool, server: ChildProcess? = nil) {
        self.name = name
        self.environment = environment.setting(["DISPLAY": name])
        (self.isShared, self.server) = (isShared, server)
    }

    /// Uses a display that is there.
    static func shared(_ name: String, _ environment: ChildEnvironment) async throws(DesktopError) -> XDisplay {
        let display = XDisplay(name, environment, isShared: true)
        let answer = try await ShortRun.run(["xdotool", "getdisplaygeometry"], display.environment)
        guard answer.isGood else { throw .noDisplay(name, why: answer.complaint) }
        return display
    }

    /// Starts an X server of our own on a free display: no network, and only those let in who read `folder`.
    static func own(
        width: Int, height: Int, _ environment: ChildEnvironment, in folder: PrivateFolder, clock: any EngineClock
    ) async throws(DesktopError) -> XDisplay {
        let authority = folder.path + "/authority"
        try XAuthority.write(to: authority)
        let environment = environment.setting(["XAUTHORITY": authority])
        let number = FirstValue<String?>()
        let text = Mutex("")
        var plan = ChildProcess.Plan(
            name: "Xvfb",
            command: [
                "Xvfb", "-displayfd", "1", "-screen", "0", "\(width)x\(height)x24", "-nolisten", "tcp", "-noreset",
                "-auth", authority,
            ],
            environment: environment)
        plan.package = ShortRun.packages["Xvfb"]
        let server = try await ChildProcess.start(plan) { bytes in
            let whole = text.withLock {
                $0 += String(decoding: bytes, as: UTF8.self)
                return $0
            }
            // It is ready when its number is there, with the end of the line.
            if whole.contains("\n") { number.set(whole.trimmingSpace) }
        }
        let patience = Duration.seconds(10)
        server.whenEnded { number.set(nil) }
        let timer = Task {
            try await clock.sleep(for: patience)
            number.set(nil)
        }
        let found = await number.value
        timer.cancel()
        guard let found, Int(found) != nil else {
            if let why = server.ending.current { throw .ended("Xvfb", why: why) }
            let words = server.tail.lastLine
            await server.end()
            throw .late("Xvfb", patience, saying: words)
        }
        return XDisplay(":" + found, environment, isShared: false, server: server)
    }

    func close() async { await server?.end() }

    /// The files by which a server says that it has a display; it removes them itself unless it is killed.
    static func lockFiles(of name: String) -> [String] {
        let number = name.drop { $0 == ":" }.prefix { $0.isNumber }
        return ["/tmp/.X\(number)-lock", "/tmp/.X11-unix/X\(number)"]
    }

    /// Removes the lock files that a killed server left, if they are still its own.
    static func removeLockFiles(of name: String, server pid: pid_t) {
        let files = lockFiles(of: name)
        guard let data = FileManager.default.contents(atPath: files[0]),
            pid_t(String(decoding: data, as: UTF8.self).trimmingSpace) == pid, kill(pid, 0) != 0, errno == ESRCH
        else { return }
        for file in files { unlink(file) }
    }
}

extension String {
    var trimmingSpace: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
