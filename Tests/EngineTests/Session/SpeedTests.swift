import Engine
import Testing

@Suite("Speed", .shared)
struct SpeedTests {
    @Test("is changed by a factor, within what a game can run at, and not at all in lock-step")
    func changing() {
        #expect(Settings.Speed.changed(1, times: 2) == 2)
        #expect(Settings.Speed.changed(48, times: 2) == 64)
        #expect(Settings.Speed.changed(0.15, times: 0.5) == 0.1)
        #expect(Settings.Speed.changed(0, times: 2) == nil)
        #expect(Settings.Speed.changed(1, times: 0) == nil)
    }
}
