import Testing

@testable import Basics
@testable import Engine
@testable import Speech

@Suite("Mixer core", .shared) struct MixerCoreTests {
    private let start = ContinuousClock.now
    private let first = AudioPlayer(name: "first", arguments: [])
    private let second = AudioPlayer(name: "second", arguments: [])

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }
    /// Samples that sound this long.
    private func sound(_ milliseconds: Int) -> [UInt8] { [UInt8](repeating: 7, count: milliseconds * 48) }

    private func running(_ players: AudioPlayer...) -> MixerCore {
        var core = MixerCore(players: players)
        core.append(sound(1000))
        core.endLine()
        #expect(core.next(start) == .start(players[0]))
        core.started(start)
        return core
    }

    @Test("no player is started before there is something to play")
    func lazy() {
        var core = MixerCore(players: [first])
        #expect(core.next(start) == .idle)
        core.append(sound(300))
        #expect(core.next(start) == .start(first))
    }

    @Test("samples are handed on a quarter of a second ahead of what sounds, and not further")
    func pace() {
        var core = running(first)
        var handed = 0
        while case .write(let bytes) = core.next(start) { handed += bytes.count }
        #expect(SpeechFormat.duration(ofBytes: handed) == .milliseconds(280))
        #expect(core.next(start) == .wait(until: at(30)))
        #expect(core.next(at(30)) == .write(sound(40)))
        #expect(core.next(at(30)) == .wait(until: at(70)))
        #expect(core.remaining(at(30)) == .milliseconds(290))
    }

    @Test("a line that still arrives begins when a fifth of a second is there; a gap in it is an underrun")
    func underrun() {
        var core = MixerCore(players: [first])
        core.append(sound(100))
        #expect(core.next(start) == .start(first))
        core.started(start)
        #expect(core.next(start) == .idle)
        core.append(sound(100))
        for _ in 0..<5 { #expect(core.next(start) == .write(sound(40))) }
        #expect(core.next(start) == .idle)
        core.append(sound(40))
        #expect(core.next(at(190)) == .write(sound(40)))
        #expect(core.underruns == 0)
        core.append(sound(40))
        #expect(core.next(at(400)) == .write(sound(40)))
        #expect(core.underruns == 1)
        core.endLine()
        core.append(sound(200))
        _ = core.next(at(5000))
        #expect(core.underruns == 1, "silence between lines is none")
    }

    @Test("dropping leaves only what was handed on; muting stops the player and takes nothing")
    func dropAndMute() {
        var core = running(first)
        _ = core.next(start)
        core.drop()
        #expect(core.isEmpty && core.next(start) == .idle)
        core.append(sound(500))
        core.setMuted(true)
        #expect(core.next(start) == .stop)
        core.ended(nil, start)
        core.append(sound(500))
        #expect(core.isEmpty && core.next(start) == .idle)
        core.setMuted(false)
        core.append(sound(500))
        #expect(core.next(start) == .start(first), "no failure, so no wait")
        #expect(core.restarts == 0)
    }

    @Test("what a dying player had not sounded yet is played by the next, from where it was")
    func goesOn() {
        var core = MixerCore(players: [first])
        core.append((0..<200 * 48).map { UInt8(truncatingIfNeeded: $0 / 48) })
        core.endLine()
        core.started(start)
        while case .write = core.next(start) {}
        #expect(core.isEmpty && core.handedOn == 200 * 48)
        core.ended("killed", at(60))
        #expect(!core.isEmpty && core.handedOn == 60 * 48)
        core.started(at(600))
        guard case .write(let bytes) = core.next(at(600)) else { return #expect(Bool(false), "it goes on") }
        #expect(bytes.first == 60)
        #expect(core.underruns == 0)
    }

    @Test("a player that dies is started again after a wait that doubles; then the next one; then there is only text")
    func failures() {
        var core = running(first, second)
        core.ended("no device", start)
        #expect(core.next(start) == .wait(until: at(500)))
        #expect(core.next(at(500)) == .start(first))
        core.started(at(500))
        core.ended("no device", at(500))
        #expect(core.next(at(500)) == .wait(until: at(1500)))
        core.started(at(1500))
        core.ended("no device", at(1500))
        #expect(core.next(at(1500)) == .start(second))
        for _ in 0..<3 {
            core.started(at(2000))
            core.ended("busy", at(2000))
        }
        #expect(core.gaveUp == "second: busy")
        #expect(core.next(at(60_000)) == .idle)
        #expect(core.restarts == 6)
        core.append(sound(500))
        #expect(core.isEmpty, "nobody will play it")
    }

    @Test("a player that ran for a while begins anew with the shortest wait; unmuting tries those that were given up")
    func provenAndAgain() {
        var core = running(first)
        for round in 1...8 {
            core.ended("killed", at(round * 6000))
            #expect(core.next(at(round * 6000)) == .wait(until: at(round * 6000 + 500)))
            core.started(at(round * 6000))
        }
        for _ in 0..<3 { core.ended("busy", at(50_000)) }
        #expect(core.gaveUp != nil)
        core.setMuted(true)
        core.setMuted(false)
        core.append(sound(500))
        #expect(core.next(at(50_000)) == .start(first))
    }

    @Test("a line of odd length does not shift the next by a byte, and a line without end is cut")
    func bounds() {
        var core = MixerCore(players: [first])
        core.append([1, 2, 3])
        core.endLine()
        core.started(start)
        #expect(core.next(start) == .write([1, 2, 3, 0]))
        core.append(sound(61_000))
        var handed = 0
        while case .write(let bytes) = core.next(start + .seconds(100)) { handed += bytes.count }
        #expect(core.remaining(start) <= .seconds(161))
        core.drop()
    }

    @Test("without a player it says so")
    func none() {
        var core = MixerCore(players: [])
        core.append(sound(500))
        #expect(core.next(start) == .idle)
        #expect(core.gaveUp == "no audio player")
    }
}
