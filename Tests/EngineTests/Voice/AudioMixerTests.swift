import Glibc
import Testing

@testable import Basics
@testable import Speech

@testable import Engine

@Suite("Audio mixer with players that are real processes", .timeLimit(.minutes(5)), .serialized, .alone)
struct AudioMixerTests {
    private let fakes: FakePlayers
    private let before = ResourceCensus.take()

    init() throws { fakes = try FakePlayers() }

    /// Hands on all it gets at once and does not wait to start again, so that tests are short.
    private var quick: MixerCore.Settings {
        var settings = MixerCore.Settings()
        settings.lead = .seconds(60)
        settings.backoff = .milliseconds(1)
        return settings
    }

    /// Gives a player up that takes nothing; only where one does, for a busy machine can make any player slow.
    private var impatient: MixerCore.Settings {
        var settings = quick
        settings.stall = .milliseconds(200)
        return settings
    }

    private func mixer(_ players: AudioPlayer..., settings: MixerCore.Settings? = nil) -> AudioMixer {
        AudioMixer(
            players: players, environment: fakes.environment, clock: ContinuousClock(), settings: settings ?? quick)
    }

    private func samples(_ milliseconds: Int) -> [UInt8] {
        (0..<milliseconds * 48).map { UInt8(truncatingIfNeeded: $0) }
    }

    /// Every player that was started is reaped, and whatever it started is gone: as soon as the kernel has come to it,
    /// for what was killed together with its player is nobody's to wait for.
    private func expectNothingLeft() async {
        #expect(ResourceCensus.take().children <= before.children)
        await poll { fakes.started.allSatisfy { FakePlayers.session($0).isEmpty } }
    }

    @Test("every byte of the lines arrives, in order, through one process")
    func plays() async throws {
        let mixer = mixer(try fakes.add(.collects))
        async let loop: Void = mixer.run()
        mixer.play(Array(samples(120).prefix(3001)))
        mixer.play(Array(samples(120).dropFirst(3001)))
        #expect(await mixer.finishLine())
        let pid = await fakes.ready()
        #expect(getsid(pid) == pid, "a session of its own: the terminal's signals do not reach it")
        mixer.play(samples(50))
        #expect(await mixer.finishLine())
        #expect(mixer.process == pid)
        await mixer.close()
        await loop
        #expect(fakes.collected == samples(120) + samples(50))
        #expect(mixer.status.restarts == 0)
        #expect(abs(mixer.status.played - 0.17) < 1e-9)
        await expectNothingLeft()
    }

    @Test("closing ends and reaps every kind of player, and what it started", arguments: FakePlayers.Kind.allCases)
    func closes(kind: FakePlayers.Kind) async throws {
        let mixer = mixer(try fakes.add(kind))
        async let loop: Void = mixer.run()
        mixer.play(samples(3000))
        await fakes.ready()
        await mixer.close()
        await loop
        #expect(mixer.process == nil)
        await expectNothingLeft()
        await mixer.close()
        #expect(!mixer.canPlay)
    }

    @Test("closing in a hurry kills a player that ignores SIGTERM, and its child")
    func closesInAHurry() async throws {
        let mixer = mixer(try fakes.add(.stubborn))
        async let loop: Void = mixer.run()
        mixer.play(samples(100))
        _ = await mixer.finishLine()
        await fakes.ready()
        let closing = Task { await mixer.close() }
        closing.cancel()
        await closing.value
        await loop
        await expectNothingLeft()
    }

    @Test("cancelling the loop's task ends and reaps the player")
    func cancelled() async throws {
        let mixer = mixer(try fakes.add(.stubborn))
        let loop = OwnedTask { await mixer.run() }
        mixer.play(samples(100))
        await fakes.ready()
        await loop.end()
        await expectNothingLeft()
        await mixer.close()
    }

    @Test("a player that was killed from outside is replaced, and the next line is heard")
    func killed() async throws {
        let mixer = mixer(try fakes.add(.collects))
        async let loop: Void = mixer.run()
        mixer.play(samples(20))
        #expect(await mixer.finishLine())
        let pid = await fakes.ready()
        kill(pid, SIGKILL)
        await poll { mixer.status.restarts > 0 }
        mixer.play(samples(30))
        #expect(await mixer.finishLine())
        await mixer.close()
        await loop
        #expect(fakes.collected == samples(30))
        #expect(mixer.status.gaveUp == nil)
        await expectNothingLeft()
    }

    @Test(
        "players that are no use make place for the next",
        arguments: [FakePlayers.Kind.dies, .dozes, .deaf, .closes])
    func fallsBack(kind: FakePlayers.Kind) async throws {
        let mixer = mixer(
            try fakes.add(kind), try fakes.add(.collects), settings: kind == .deaf ? impatient : quick)
        async let loop: Void = mixer.run()
        mixer.play(samples(3000))
        await poll { mixer.status.player == "fake-collects" }
        mixer.drop()
        mixer.play(samples(40))
        #expect(await mixer.finishLine())
        await mixer.close()
        await loop
        #expect(mixer.status.restarts == 3)
        #expect(fakes.collected.suffix(40 * 48) == samples(40)[...])
        await expectNothingLeft()
    }

    @Test("when the last player is given up it says why, and nobody waits for ever")
    func givesUp() async throws {
        let mixer = mixer(try fakes.add(.dies))
        async let loop: Void = mixer.run()
        mixer.play(samples(100))
        #expect(await mixer.finishLine() == false)
        #expect(mixer.status.gaveUp == "fake-dies: no such device")
        #expect(mixer.status.player == nil && !mixer.canPlay)
        await mixer.close()
        await loop
        await expectNothingLeft()
    }

    @Test("a program that is not there is given up with a reason")
    func missing() async {
        let mixer = mixer(AudioPlayer(name: "no-such-player", arguments: []))
        async let loop: Void = mixer.run()
        mixer.play(samples(100))
        #expect(await mixer.finishLine() == false)
        #expect(mixer.status.gaveUp?.contains("cannot be run") == true)
        await mixer.close()
        await loop
    }

    @Test("muting ends the player at once and the line with it; unmuted, the next line is heard")
    func mutes() async throws {
        let mixer = mixer(try fakes.add(.collects), settings: .init())
        async let loop: Void = mixer.run()
        mixer.play(samples(20_000))
        let pid = await fakes.ready()
        async let whole = mixer.finishLine()
        mixer.setMuted(true)
        #expect(await whole == false)
        await poll { mixer.process == nil }
        await poll { FakePlayers.session(pid).isEmpty }
        mixer.setMuted(false)
        mixer.play(samples(30))
        #expect(await mixer.finishLine())
        #expect(mixer.status.restarts == 0)
        await mixer.close()
        await loop
        await expectNothingLeft()
    }

    @Test("a cancelled line is dropped, the player lives on")
    func interrupted() async throws {
        let mixer = mixer(try fakes.add(.collects), settings: .init())
        async let loop: Void = mixer.run()
        mixer.play(samples(20_000))
        let line = Task { await mixer.finishLine() }
        let pid = await fakes.ready()
        line.cancel()
        #expect(await line.value == false)
        mixer.play(samples(30))
        #expect(await mixer.finishLine())
        #expect(mixer.process == pid)
        await mixer.close()
        await loop
        #expect(fakes.collected.count < 48_000, "most of the long line was never handed on")
        await expectNothingLeft()
    }

    @Test("players are found in absolute folders of PATH only, best first")
    func finds() throws {
        for name in ["play", "aplay", "paplay"] { try fakes.add(.collects, as: name) }
        #expect(AudioPlayer.installed(environment: ["PATH": fakes.folder]).map(\.name) == ["paplay", "aplay", "play"])
        #expect(AudioPlayer.installed(environment: ["PATH": "relative:."]).isEmpty)
        #expect(AudioPlayer.installed(environment: [:]).isEmpty)
    }

    @Test("children inherit everything but keys")
    func keys() {
        let given = ["PATH": "/bin", "GEMINI_API_KEY": "k", "A_TOKEN": "t", "PULSE_SERVER": "unix:/x", "a_secret": "s"]
        #expect(Programs.inheritable(given) == ["PATH": "/bin", "PULSE_SERVER": "unix:/x"])
    }
}
