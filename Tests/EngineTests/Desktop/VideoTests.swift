import Engine
import Games
import Glibc
import Synchronization
import Testing

@testable import Basics
@testable import Desktop
@testable import Vision

@Suite("A video", .shared)
struct VideoTests {
    @Test(
        "is a file, a camera or a URL, and nothing in its name is an option, a protocol or a line for a shell",
        arguments: [
            ("clip.mkv", VideoSource.Kind.file, "file:clip.mkv", "clip.mkv"),
            ("-y", .file, "file:-y", "-y"),
            ("a b; rm $(x) 10:30.mkv", .file, "file:a b; rm $(x) 10:30.mkv", "a b; rm $(x) 10:30.mkv"),
            ("concat:a|b", .file, "file:concat:a|b", "concat:a|b"),
            ("file:///tmp/x.mkv", .file, "file:/tmp/x.mkv", "x.mkv"),
            ("dir/x://y", .file, "file:dir/x://y", "y"),
            ("/dev/video0", .camera, "/dev/video0", "/dev/video0"),
            ("rtsp://me:word@cam:554/live?token=1", .network, "rtsp://me:word@cam:554/live?token=1",
                "rtsp://cam:554/live"),
            ("HTTPS://host/a/b.mp4#x", .network, "HTTPS://host/a/b.mp4#x", "HTTPS://host/a/b.mp4"),
        ] as [(String, VideoSource.Kind, String, String)])
    func source(text: String, kind: VideoSource.Kind, input: String, name: String) throws {
        let source = try VideoSource(text)
        #expect(source.kind == kind && source.name == name)
        #expect(source.arguments.suffix(2) == ["-i", input])
        let plan = VideoCapture(
            source, VideoFacts(), ChildEnvironment([:]), clock: ContinuousClock(), tell: { _ in }, onChange: {}
        ).plan(from: .zero)
        #expect(plan.command.first == "ffmpeg" && plan.command.count { $0 == input } == 1)
    }

    @Test("may open what is of its own kind only: a file no address, a server no file of this machine")
    func protocols() throws {
        func allowed(_ text: String) throws -> [Substring] {
            let arguments = try VideoSource(text).arguments
            guard let option = arguments.firstIndex(of: "-protocol_whitelist") else { return [] }
            return arguments[option + 1].split(separator: ",")
        }
        #expect(try allowed("clip.mkv") == ["file", "crypto"])
        let network = try allowed("https://host/x.m3u8")
        #expect(Set(network).isSuperset(of: ["http", "https", "tcp", "tls", "rtp", "udp"]))
        #expect(!network.contains("file") && !network.contains("pipe") && !network.contains("concat"))
        for text in ["gopher://host/x", "data://x", "concat://x", "pipe://1"] {
            #expect { try VideoSource(text) } throws: { "\($0)".contains("is not watched; name a file") }
        }
    }

    @Test("is read at its own pace where it would come at once, and from where it was left; what is live is not")
    func pace() throws {
        func command(_ text: String, _ facts: VideoFacts, from position: Duration = .zero) throws -> [String] {
            VideoCapture(
                try VideoSource(text), facts, ChildEnvironment([:]), clock: ContinuousClock(), tell: { _ in },
                onChange: {}
            ).plan(from: position).command
        }
        var stored = VideoFacts()
        (stored.length, stored.isHeldBack) = (60, true)
        let first = try command("clip.mkv", stored)
        #expect(first.contains("-re") && !first.contains("-ss"))
        let later = try command("https://host/clip.mp4", stored, from: .milliseconds(2500))
        let place = try #require(later.firstIndex(of: "-ss"))
        #expect(later[place + 1] == "2.5" && place < (later.firstIndex(of: "-i") ?? 0))
        let live = try command("rtsp://cam/live", VideoFacts(), from: .seconds(9))
        #expect(!live.contains("-re") && !live.contains("-ss"))
    }

    @Test("what ffmpeg says of it is told without its own name, and without what is secret in a URL")
    func words() throws {
        let source = try VideoSource("rtsp://me:word@cam/live?token=1")
        #expect(source.words("rtsp://me:word@cam/live?token=1: Connection refused") == "Connection refused")
        #expect(source.words("no key at https://me:word@cam/k?token=2 today") == "no key at https://cam/k today")
        #expect(try VideoSource("a.mkv").words("file:a.mkv: Invalid data") == "Invalid data")
    }

    @Test("that cannot be watched says why, and what to do")
    func errors() {
        let words: [(VideoError, String)] = [
            (.file("a", why: "No such file"), "a cannot be opened: No such file; name a video"),
            (.noPictures("a.wav"), "a.wav has no video in it"),
            (.broken("a", why: "Invalid data"), "a is no video that ffmpeg can read (Invalid data); see that"),
            (.refused("http://h/a", why: "No route"), "http://h/a cannot be watched (No route); see that"),
            (.late("udp://h", .seconds(12)), "udp://h gave no picture within 12 s; see that it is there"),
        ]
        for (error, start) in words { #expect("\(error)".hasPrefix(start), "\(error)") }
    }

    @Test("a file that is not there, a folder, or no ffmpeg is said before anything is started")
    func missing() async throws {
        await #expect(throws: VideoError.file("/no/clip.mkv", why: "No such file or directory")) {
            try await VideoFacts.of(try VideoSource("/no/clip.mkv"), environment: [:])
        }
        await #expect(throws: VideoError.file("/tmp", why: "it is a folder")) {
            try await VideoFacts.of(try VideoSource("/tmp"), environment: [:])
        }
        await #expect(throws: DesktopError.missing("ffprobe", package: "ffmpeg")) {
            try await VideoFacts.of(try VideoSource("/etc/passwd"), environment: ["PATH": "/nowhere"])
        }
    }
}

@Suite(
    "A video and ffmpeg", .enabled(if: Clip.isPossible, "ffmpeg is not installed"), .timeLimit(.minutes(5)),
    .serialized, .alone)
struct VideoPlayTests {
    @Test("its facts are those of the file, in pictures that are not larger than anybody reads")
    func facts() async throws {
        let clip = try Clip(["-f", "lavfi", "-i", "testsrc=size=1280x720:rate=25", "-t", "1"], "mkv")
        let facts = try await VideoFacts.of(try VideoSource(clip.path), environment: Clip.environment)
        #expect((facts.width, facts.height) == (640, 360) && facts.length == 1 && facts.isHeldBack)
    }

    @Test("what is no video is told apart from a file without one")
    func others() async throws {
        let sound = try Clip(["-f", "lavfi", "-i", "sine", "-t", "1"], "wav")
        await #expect(throws: VideoError.noPictures(sound.path)) {
            try await VideoFacts.of(try VideoSource(sound.path), environment: Clip.environment)
        }
        for (name, words) in [
            ("/etc/passwd", "/etc/passwd is no video that ffmpeg can read (Invalid data"),
            ("http://me:word@127.0.0.1:9/x", "http://127.0.0.1:9/x cannot be watched (Connection refused)"),
        ] {
            let source = try VideoSource(name)
            await #expect { try await VideoFacts.of(source, environment: Clip.environment) } throws: {
                "\($0)".hasPrefix(words)
            }
        }
    }

    @Test("is seen in its own time, takes no key, and is over when its file is")
    func plays() async throws {
        let clip = try Clip(["-f", "lavfi", "-i", "testsrc=size=64x48:rate=20", "-t", "2"], "mkv")
        let clock = ContinuousClock()
        let ends = Endings()
        let plan = VideoGame.Plan(try VideoSource(clip.path), environment: Clip.environment)
        let game = try await ends.open(plan)
        let began = clock.now
        async let over: Void = game.untilOver()
        var times: [Duration] = []
        while times.last ?? .zero < .seconds(1) { times.append(try await game.capture().gameTime) }
        await #expect(throws: GameError.onlyWatched(title: game.title)) { try await game.send(.press(.w)) }
        try await game.send(.releaseAll)
        try await over
        let length = began.duration(to: clock.now)
        #expect(times == times.sorted())
        // As long as itself, and what it takes to start ffmpeg on a machine that is busy.
        #expect(length >= .milliseconds(1700) && length < .seconds(8), "\(length)")
        #expect(try await game.capture().gameTime >= .milliseconds(1700))
        await game.close()
        await ends.run()
        #expect(ends.names == ["Video (ffmpeg)"] && ends.told.isEmpty, "\(ends.told)")
    }

    @Test("stands still while it is paused, and goes on from there")
    func pause() async throws {
        let clip = try Clip(["-f", "lavfi", "-i", "testsrc=size=64x48:rate=20", "-t", "2"], "mkv")
        let ends = Endings()
        let plan = VideoGame.Plan(try VideoSource(clip.path), environment: Clip.environment)
        let game = try await ends.open(plan)
        var before = try await game.capture()
        while before.gameTime < .milliseconds(300) { before = try await game.capture() }
        await game.setPaused(true)
        await #expect { while true { before = try await game.capture() } } throws: { error in
            if case GameError.noPicture = error { true } else { false }
        }
        #expect(before.gameTime < .milliseconds(1500))
        await game.setPaused(false)
        let after = try await game.capture()
        #expect(after.gameTime > before.gameTime && after.gameTime < before.gameTime + .milliseconds(500))
        try await game.untilOver()
        #expect(try await game.capture().gameTime >= .milliseconds(1700))
        await game.close()
        await ends.run()
        #expect(ends.told.isEmpty, "\(ends.told)")
    }

    @Test("a file of which nothing can be shown is an error, and not an end")
    func nothing() async throws {
        var plan = VideoGame.Plan(try VideoSource("/etc/passwd"), environment: Clip.environment)
        plan.facts = VideoFacts()
        let ends = Endings()
        let game = try await ends.open(plan)
        await #expect { try await game.untilOver() } throws: { "\($0)".contains("/etc/passwd is no video") }
        await ends.run()
    }

    @Test("a server that goes away is asked again, and says so once")
    func lost() async throws {
        var plan = VideoGame.Plan(try VideoSource("http://127.0.0.1:9/live"), environment: Clip.environment)
        plan.facts = VideoFacts()
        let ends = Endings()
        let game = try await ends.open(plan)
        // Each waits two seconds, in which it was asked several times.
        while ends.told.isEmpty { await #expect(throws: GameError.self) { try await game.capture() } }
        await #expect { try await game.capture() } throws: { "\($0)".contains("Connection refused") }
        await game.close()
        await ends.run()
        #expect(ends.told == ["no picture of http://127.0.0.1:9/live: Connection refused; it is tried again"])
    }
}

/// A video that ffmpeg made, and its folder; gone with it.
final class Clip: Sendable {
    static let environment = ["PATH": String(cString: getenv("PATH"))]
    static let isPossible = ["ffmpeg", "ffprobe", "setpriv"].allSatisfy(ChildEnvironment(environment).has)

    let path: String

    init(_ arguments: [String], _ ending: String) throws {
        path = "/tmp/singularis-clip-\(getpid())-\(UInt32.random(in: 0 ... .max)).\(ending)"
        let words = ["ffmpeg", "-nostdin", "-v", "error", "-y"] + arguments + [path]
        var pid = pid_t()
        var raw: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for word in raw { free(word) } }
        try #require(posix_spawnp(&pid, "ffmpeg", nil, nil, &raw, environ) == 0)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        try #require(status == 0)
    }

    deinit { unlink(path) }
}

/// What was opened and told.
private final class Endings: Sendable {
    private let state = Mutex<(closes: [@Sendable () async -> Void], names: [String], told: [String])>(([], [], []))
    var names: [String] { state.withLock(\.names) }
    var told: [String] { state.withLock(\.told) }

    func open(_ plan: VideoGame.Plan) async throws -> VideoGame {
        let tell: @Sendable (String) -> Void = { [self] text in state.withLock { $0.told.append(text) } }
        return try await VideoGame.open(plan, clock: ContinuousClock(), tell: tell) { name, close in
            state.withLock {
                $0.names.append(name)
                $0.closes.append(close)
            }
        }
    }

    func run() async { while let close = state.withLock({ $0.closes.popLast() }) { await close() } }
}
