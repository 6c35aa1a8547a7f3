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
        var environment = environment.setting(["DISPLAY": name])
        // A game that finds Wayland opens its window there, out of our sight.
        if !isShared { environment.variables["WAYLAND_DISPLAY"] = nil }
        self.environment = environment
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
        let patience = Duration.seconds(30)
        server.whenEnded { number.set(nil) }
        let timer = Task {
            try await clock.sleep(for: patience)
            number.set(nil)
        }
        let found = await withTaskCancellationHandler {
            await number.value
        } onCancel: {
            number.set(nil)
        }
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

    /// The socket of a display, and the file that says whose it is, which not every server writes.
    static func files(of name: String) -> (socket: String, lock: String) {
        let number = name.drop { $0 == ":" }.prefix { $0.isNumber }
        return ("/tmp/.X11-unix/X\(number)", "/tmp/.X\(number)-lock")
    }

    /// Removes what a server of ours left that was killed; it removes that itself otherwise. Another that has the
    /// display by now keeps it.
    static func removeFiles(of name: String, server pid: pid_t) {
        let files = files(of: name)
        if let data = FileManager.default.contents(atPath: files.lock) {
            guard pid_t(String(decoding: data, as: UTF8.self).trimmingSpace) == pid else { return }
            unlink(files.lock)
        }
        if !answers(files.socket) { unlink(files.socket) }
    }

    /// Whether somebody listens at a socket.
    private static func answers(_ path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { Glibc.close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        return result == 0 || errno != ECONNREFUSED
    }
}

extension String {
    var trimmingSpace: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
