import Games
import Glibc
import Synchronization
import Testing

@testable import Basics
@testable import Desktop

/// What becomes of a game when the programs that it is seen and played with fail.
@Suite("Programs that fail", .serialized, .timeLimit(.minutes(5)), .alone)
struct FailingProgramsTests {
    private let programs: FakePrograms
    private let clock = ContinuousClock()

    init() throws {
        programs = try FakePrograms()
        try programs.installXDotool()
    }

    private func display() async throws -> XDisplay { try await XDisplay.shared(":99", programs.environment) }

    @Test("What a program has started ends with it, also when it takes no notice of the polite signal")
    func descendants() async throws {
        let told = Mutex("")
        let stubborn = "trap '' TERM HUP; echo $$; while :; do sleep 100; done"
        let child = try await ChildProcess.start(
            .init(
                name: "sh", command: ["sh", "-c", "sh -c \"$0\" & wait", stubborn],
                environment: ChildEnvironment(["PATH": "/usr/bin:/bin"]))
        ) { bytes in told.withLock { $0 += String(decoding: bytes, as: UTF8.self) } }
        await poll { told.withLock { $0.hasSuffix("\n") } }
        let pid = try #require(told.withLock { pid_t($0.dropLast()) })
        #expect(kill(pid, 0) == 0)
        await child.end()
        await poll { kill(pid, 0) != 0 }
    }

    // MARK: Keys

    /// What a watchdog would know to be down.
    private final class Known: Sendable {
        let down = Mutex<Set<GameKey>>([])
        var keys: Set<GameKey> { down.withLock(\.self) }
    }

    private func input(_ display: XDisplay, _ known: Known) -> DesktopInput {
        DesktopInput(
            display, focus: nil, shortest: .milliseconds(80), clock: clock,
            note: { key, isDown in
                known.down.withLock { if isDown { $0.insert(key) } else { $0.remove(key) } }
            }, onProcess: { _ in }, onFocus: { _ in })
    }

    @Test("A key that could not be released is said to be down, and is released when that can be done",
        arguments: [GameInput.release(.w), .releaseAll])
    func stillDown(_ release: GameInput) async throws {
        let known = Known()
        let input = input(try await display(), known)
        try await input.send(.press(.w))
        try programs.write("broken", "")
        await #expect {
            try await input.send(release)
        } throws: { error in
            guard case .stillDown(["w"], let why) = error as? DesktopError else { return false }
            return why.contains("xdotool ended")
        }
        #expect(known.keys == [.w])
        await #expect(throws: DesktopError.self) { try await input.close() }
        #expect(known.keys == [.w])
        programs.remove("broken")
        try await input.send(release)
        #expect(known.keys.isEmpty)
        #expect(programs.lines("done").filter { $0.hasPrefix("key") } == ["keydown --delay 0 w", "keyup --delay 0 w"])
        try await input.close()
    }

    @Test("Nothing is pressed before what should be up is")
    func owing() async throws {
        let known = Known()
        let input = input(try await display(), known)
        try await input.send(.press(.w))
        try programs.write("broken", "")
        await #expect(throws: DesktopError.self) { try await input.send(.releaseAll) }
        await #expect(throws: DesktopError.self) { try await input.send(.press(.e)) }
        programs.remove("broken")
        try await input.send(.press(.e))
        #expect(known.keys == [.e])
        try await input.close()
        let keys = programs.lines("done").filter { $0.hasPrefix("key") }.map { $0.replacing(" --delay 0", with: "") }
        #expect(keys == ["keydown w", "keyup w", "keydown e", "keyup e"])
        #expect(known.keys.isEmpty)
    }

    // MARK: Pictures

    @Test("An ffmpeg whose window cannot be looked at any more is ended before another is started")
    func capture() async throws {
        try programs.install("ffmpeg", "exec sleep 1000")
        let display = try await display()
        let capture = ScreenCapture(.init(width: 64, height: 64, rate: 20), clock: clock, onChange: {})
        let told = Mutex<[ChildProcess?]>([])
        let task = OwnedTask(on: nil) { [programs] in
            await capture.run(
                display, size: (640, 480),
                onProcess: { child in
                    told.withLock { $0.append(child) }
                    if child != nil { programs.remove("xdotool") }
                }, find: { GameWindow(id: 7, pid: nil, title: "", width: 640, height: 480) })
        }
        await poll { told.withLock { $0.count >= 2 } }
        let (first, second) = told.withLock { ($0[0], $0[1]) }
        #expect(second == nil)
        #expect(first?.hasEnded == true)
        await task.end()
        #expect(told.withLock { $0.compactMap(\.self).allSatisfy(\.hasEnded) })
    }

    // MARK: Windows

    private static let facts = "WINDOW=7\nX=0\nY=0\nWIDTH=640\nHEIGHT=480\nSCREEN=0\nA game\n42\n"

    @Test("A window is found and described by one program each")
    func describing() async throws {
        try programs.write("facts", Self.facts)
        try programs.write("window", "")
        let display = try await display()
        let window = try await display.window(WindowMatch(title: "A game"), within: .zero, clock: clock)
        #expect(window == GameWindow(id: 7, pid: 42, title: "A game", width: 640, height: 480))
        let asked = programs.lines("asked").map { $0.split(separator: " ")[0] }
        #expect(asked == ["getdisplaygeometry", "search", "getwindowgeometry"])
    }

    @Test("A search that fails is no search that finds nothing")
    func search() async throws {
        let display = try await display()
        let match = WindowMatch(title: "A game")
        await #expect(throws: DesktopError.noWindow(match: match.words, display: ":99", after: .zero)) {
            try await display.window(match, within: .zero, clock: clock)
        }
        try programs.write("broken", "")
        let why = DesktopError.ended("xdotool", why: "Error: Can't open display: (null)")
        for time in [Duration.zero, .seconds(600)] {
            await #expect(throws: why) { try await display.window(match, within: time, clock: clock) }
        }
        await #expect(throws: why) { try await display.describe(7) }
    }

    @Test("A window without a process, and one whose title looks like a number, are what they are")
    func answers() {
        var lines = Self.facts.split(separator: "\n").map(String.init)
        lines[6] = "99"
        #expect(GameWindow(id: 7, lines: lines, hasPid: true)?.title == "99")
        #expect(GameWindow(id: 7, lines: lines, hasPid: true)?.pid == 42)
        lines.removeLast()
        #expect(GameWindow(id: 7, lines: lines, hasPid: false)?.title == "99")
        #expect(GameWindow(id: 7, lines: lines, hasPid: false)?.pid == nil)
        #expect(GameWindow(id: 7, lines: [], hasPid: false) == nil)
        lines[3] = "WIDTH=1"
        #expect(GameWindow(id: 7, lines: lines, hasPid: false) == nil)
    }

    @Test("A window is looked for ten times a second at first, and once a second later")
    func pace() {
        var pace = SearchPace()
        let waits = (0..<20).map { _ in pace.next() }
        #expect(waits[0] == .milliseconds(100))
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(waits.suffix(10).allSatisfy { $0 == .seconds(1) })
    }

    @Test("A title that is named is looked for letter by letter", arguments: [
        ("Doom", "my doom 2", true),
        ("Freedoom (v1.0) [x] {2} a+b|c^$?*\\", "freedoom (v1.0) [x] {2} a+b|c^$?*\\", true),
        ("a.c", "abc", false), ("x|y", "x", false), ("a*", "aaa", false), ("(a", "(a) game", true),
    ])
    func title(_ title: String, _ window: String, _ isFound: Bool) throws {
        let match = WindowMatch(title: title)
        #expect(match.words == "named \"\(title)\"")
        // As xdotool does it.
        var regex = regex_t()
        try #require(regcomp(&regex, match.name, REG_EXTENDED | REG_ICASE) == 0)
        defer { regfree(&regex) }
        #expect((regexec(&regex, window, 0, nil, 0) == 0) == isFound)
    }

    // MARK: The watchdog

    private func installWatchdog() throws {
        try programs.install(
            "watchdog",
            """
            cd '\(programs.path)'
            echo $$ > pid
            while read -r line; do echo "$line" >> told; [ "$line" = end ] && exit 0; done
            """)
    }

    private func killWatchdog() async throws {
        let pid = try #require(programs.lines("pid").first.flatMap { pid_t($0) })
        kill(pid, SIGKILL)
    }

    @Test("A watchdog that dies is started again however often that fails, told everything anew, and missed meanwhile")
    func watchdog() async throws {
        try installWatchdog()
        let clock = ManualClock()
        let changes = Mutex(0)
        let watchdog = try await Watchdog.start(
            program: programs.path + "/watchdog", programs.environment, clock: clock,
            onTrouble: { changes.withLock { $0 += 1 } })
        watchdog.tell(.down(.w))
        await poll { [programs] in programs.lines("told") == ["down\tw"] }
        programs.remove("watchdog")
        try await killWatchdog()
        for wait in Watchdog.backoffs {
            await clock.sleepers(1)
            clock.advance(by: wait)
        }
        await clock.sleepers(1)
        #expect(watchdog.trouble?.contains("the watchdog cannot be started: ") == true)
        #expect(changes.withLock(\.self) == 1)
        try installWatchdog()
        clock.advance(by: .seconds(15))
        await poll { [programs] in programs.lines("told") == ["down\tw", "down\tw"] }
        await poll { watchdog.trouble == nil }
        await watchdog.close()
        #expect(programs.lines("told").last == "end")
    }

    @Test("A watchdog that is closed is not started again, also when it has just died")
    func closedWatchdog() async throws {
        try installWatchdog()
        let clock = ManualClock()
        let watchdog = try await Watchdog.start(
            program: programs.path + "/watchdog", programs.environment, clock: clock, onTrouble: {})
        watchdog.tell(.down(.w))
        await poll { [programs] in programs.lines("told") == ["down\tw"] }
        try await killWatchdog()
        await clock.sleepers(1)
        programs.remove("pid")
        await watchdog.close()
        clock.advance(by: .seconds(60))
        #expect(programs.lines("pid").isEmpty)
        #expect(watchdog.trouble == nil)
    }

    @Test("A watchdog that cannot be started at all is an error that says so")
    func noWatchdog() async throws {
        await #expect(throws: DesktopError.missing(programs.path + "/watchdog", package: nil)) {
            _ = try await Watchdog.start(
                program: programs.path + "/watchdog", programs.environment, clock: clock, onTrouble: {})
        }
        #expect { try Watchdog.program("/nowhere/exe") } throws: { "\($0)".contains("the watchdog of a real game") }
        #expect(try Watchdog.program() == Watchdog.program("/proc/self/exe"))
    }
}
