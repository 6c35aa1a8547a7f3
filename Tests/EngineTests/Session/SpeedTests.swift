import Engine
import Testing

@testable import Basics
@testable import Games

@Suite("Speed", .shared)
struct SpeedTests {
    @Test("is changed by a factor, within what a game can run at, and not at all in lock-step")
    func changing() {
        #expect(GameSpeed.changed(1, times: 2) == 2)
        #expect(GameSpeed.changed(48, times: 2) == 64)
        #expect(GameSpeed.changed(0.15, times: 0.5) == 0.1)
        #expect(GameSpeed.changed(0, times: 2) == nil)
        #expect(GameSpeed.changed(1, times: 0) == nil)
    }
}
