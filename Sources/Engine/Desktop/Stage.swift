import Basics
import FoundationEssentials
import Games
import Glibc
import Synchronization

/// What a game is played on while it runs: its display, its process, its window, and what captures and presses there.
final class Stage: Sendable {
    let display: XDisplay
    let window: GameWindow
    let input: DesktopInput
    private let folder: PrivateFolder
    private let process: ChildProcess?
    private let title: String
    private let capture: OwnedTask

    /// - Parameter capture: captures until it is cancelled.
    init(
        title: String, _ display: XDisplay, _ folder: PrivateFolder, _ process: ChildProcess?, _ window: GameWindow,
        _ input: DesktopInput, capture: @escaping @Sendable () async -> Void
    ) {
        (self.title, self.display, self.folder, self.process) = (title, display, folder, process)
        (self.window, self.input) = (window, input)
        self.capture = OwnedTask(on: nil, capture)
    }

    /// What has ended that nothing goes on without; `nil` while all is there.
    var loss: DesktopError? {
        if let why = display.server?.ending.current { return .ended("its display", why: why) }
        if let process, let why = process.ending.current { return .ended(title, why: why) }
        return nil
    }

    func closeCapture() async { await capture.end() }
    func closeInput() async throws { try await input.close() }
    func closeGame() async { await process?.end() }

    func closeDisplay() async {
        await display.close()
        if let pid = display.server?.pid { XDisplay.removeFiles(of: display.name, server: pid) }
        folder.remove()
    }

    func close() async {
        await closeCapture()
        // What may still be down there goes with what is closed next.
        try? await closeInput()
        await closeGame()
        await closeDisplay()
    }
}

extension DesktopGame {
    /// Sees to it that there is a display with the game on it. Where there was one that was lost, what is left of it is
    /// closed first.
    func setUp() async throws {
        if let stage = state.withLock(\.stage) {
            guard stage.loss != nil else { return }
            await stage.close()
            state.withLock { if $0.stage === stage { $0.stage = nil } }
        }
        guard state.withLock({ !$0.isClosed }) else { return }
        let stage = try await makeStage()
        let isClosed = state.withLock { state in
            if !state.isClosed { state.stage = stage }
            return state.isClosed
        }
        if isClosed { return await stage.close() }
        for child in stage.children { child.whenEnded { [change] in change.raise() } }
        change.raise()
    }

    private func makeStage() async throws -> Stage {
        let profile = plan.profile
        let environment = ChildEnvironment(plan.environment)
        let launch = try profile.way(in: environment)
        let folder = try PrivateFolder(environment: plan.environment)
        watchdog?.tell(.folder(folder.path))
        let display: XDisplay
        do {
            display = try await open(environment, in: folder)
        } catch {
            folder.remove()
            throw error
        }
        var process: ChildProcess?
        do {
            if let launch { process = try await start(launch, on: display, in: folder) }
            let window = try await find(on: display, process)
            let terminal = plan.environment["WINDOWID"].flatMap(UInt64.init)
            let guarding = display.isShared
                ? FocusGuard(window: window.id, pid: window.pid, terminal: terminal) : nil
            let input = makeInput(display, guarding)
            return Stage(title: title, display, folder, process, window, input) { [self, process] in
                await capturing.run(
                    display, size: (profile.size.width, profile.size.height),
                    onProcess: { [watchdog] child in if let child { watchdog?.watch(child) } },
                    find: {
                        let window = try await self.find(on: display, process)
                        input.aim(at: window)
                        return window
                    })
            }
        } catch {
            await process?.end()
            await display.close()
            folder.remove()
            throw error
        }
    }

    private func open(
        _ environment: ChildEnvironment, in folder: PrivateFolder
    ) async throws(DesktopError) -> XDisplay {
        switch plan.display {
        case .shared(let name):
            let display = try await XDisplay.shared(name, environment)
            watchdog?.tell(.display(name: name, authority: plan.environment["XAUTHORITY"], serverPid: nil))
            return display
        case .own:
            let size = plan.profile.size
            let display = try await XDisplay.own(
                width: size.width, height: size.height, environment, in: folder, clock: clock)
            if let server = display.server, let watchdog {
                let authority = display.environment.variables["XAUTHORITY"]
                watchdog.tell(.display(name: display.name, authority: authority, serverPid: server.pid))
                watchdog.watch(server)
            }
            return display
        }
    }

    private func start(
        _ launch: GameProfile.Launch, on display: XDisplay, in folder: PrivateFolder
    ) async throws -> ChildProcess {
        // Nothing of the person's is read or changed by a game that plays by itself.
        let home = folder.path + "/home"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let variables = display.isShared
            ? [:] : ["HOME": home, "XDG_CONFIG_HOME": home + "/config", "XDG_DATA_HOME": home + "/data"]
        var plan = ChildProcess.Plan(
            name: title, command: launch.command,
            environment: display.environment.setting(variables).setting(launch.environment))
        plan.package = launch.package
        let process = try await ChildProcess.start(plan)
        watchdog?.watch(process)
        return process
    }

    private func find(on display: XDisplay, _ process: ChildProcess?) async throws -> GameWindow {
        let profile = plan.profile
        guard let match = profile.window else { throw DesktopError.noMatch }
        let window = try await display.window(match, within: .seconds(profile.patience), clock: clock) {
            if let why = process?.ending.current { return .ended(profile.title, why: why) }
            return display.server?.ending.current.map { .ended("its display", why: $0) }
        }
        // The size and the focus of a window on somebody's display are theirs.
        guard !display.isShared else { return window }
        return try await display.prepare(window, width: profile.size.width, height: profile.size.height)
    }

    private func makeInput(_ display: XDisplay, _ guarding: FocusGuard?) -> DesktopInput {
        DesktopInput(
            display, focus: guarding, shortest: .seconds(plan.profile.leastHold), clock: clock,
            note: { [watchdog] key, isDown in watchdog?.tell(isDown ? .down(key) : .up(key)) },
            onProcess: { [watchdog] child in watchdog?.watch(child) },
            onFocus: { [weak self] why in
                guard let self else { return }
                let isNews = state.withLock { state in
                    defer { state.focus = why }
                    return state.focus != why
                }
                if isNews { change.raise() }
            })
    }
}

extension Stage {
    /// Those without which nothing goes on.
    var children: [ChildProcess] { [display.server, process].compactMap(\.self) }
}

extension GameProfile {
    /// The way to start the game here; `nil` where somebody else starts it.
    /// - Throws: ``DesktopError/missing(_:package:)``.
    package func way(in environment: ChildEnvironment) throws(DesktopError) -> Launch? {
        for need in files where !FileManager.default.fileExists(atPath: need.file) {
            throw .missing(need.file, package: need.package)
        }
        guard let first = launch.first else { return nil }
        guard let way = launch.first(where: { environment.has($0.command[0]) }) else {
            throw .missing(first.command[0], package: first.package)
        }
        return way
    }
}
