@testable import Engine

import Testing

@testable import Basics
@testable import Games
@testable import Vision

@Suite("Embedded game: time", .shared)
struct GameTimelineTests {
    private let start = ContinuousClock.now

    @Test("Ticks come due ten times a game second, and none twice")
    func ticks() {
        var timeline = GameTimeline(speed: 1, now: start)
        #expect(timeline.ticksDue(at: start + .milliseconds(99)) == 0)
        #expect(timeline.ticksDue(at: start + .milliseconds(100)) == 1)
        #expect(timeline.ticksDue(at: start + .milliseconds(100)) == 0)
        #expect(timeline.ticksDue(at: start + .milliseconds(499)) == 3)
        #expect(timeline.ticksDue(at: start + .milliseconds(500)) == 1)
    }

    @Test("Odd steps and speeds lose no tick", arguments: [0.5, 1, 3, 4, 7, 16])
    func noneIsLost(speed: Double) {
        var timeline = GameTimeline(speed: speed, now: start)
        var (now, count) = (start, 0)
        for step in 0..<5000 {
            now += .microseconds(7003 + step % 13 * 911)
            count += timeline.ticksDue(at: now)
        }
        #expect(count == Int((now - start).seconds * speed * 10))
    }

    @Test("A pause holds the ticks and the game time")
    func pause() {
        var timeline = GameTimeline(speed: 2, now: start)
        #expect(timeline.ticksDue(at: start + .milliseconds(500)) == 10)
        timeline.setPaused(true, now: start + .milliseconds(500))
        #expect(timeline.ticksDue(at: start + .seconds(60)) == 0)
        #expect(timeline.gameTime(at: start + .seconds(60)) == .seconds(1))
        timeline.setPaused(false, now: start + .seconds(60))
        #expect(timeline.ticksDue(at: start + .milliseconds(60_100)) == 2)
        #expect(timeline.gameTime(at: start + .milliseconds(60_100)) == .milliseconds(1200))
    }

    @Test("A new speed counts from the instant it is set, and the begun tick goes on")
    func speed() {
        var timeline = GameTimeline(speed: 1, now: start)
        #expect(timeline.ticksDue(at: start + .milliseconds(150)) == 1)
        timeline.setSpeed(10, now: start + .milliseconds(150))
        #expect(timeline.ticksDue(at: start + .milliseconds(154)) == 0)
        #expect(timeline.ticksDue(at: start + .milliseconds(155)) == 1)
        #expect(timeline.gameTime(at: start + .milliseconds(155)) == .milliseconds(200))
        timeline.setSpeed(.infinity, now: start + .milliseconds(155))
        #expect(timeline.speed == GameTimeline.speeds.upperBound)
        timeline.setSpeed(.nan, now: start + .milliseconds(155))
        #expect(timeline.speed == 1)
    }

    @Test("After a long stop the world catches up one second and forgets the rest", arguments: [1.0, 16])
    func backlog(speed: Double) {
        var timeline = GameTimeline(speed: speed, now: start)
        #expect(timeline.ticksDue(at: start + .seconds(3600)) == Int(10 * speed))
        #expect(timeline.ticksDue(at: start + .seconds(3600)) == 0)
    }

    @Test("A tap between two ticks is held for one tick, and a repeating key is pressed once")
    func latch() {
        var (world, latch) = (World(seed: 1), InputLatch())
        latch.accept(.press(.i))
        latch.accept(.press(.i))
        latch.accept(.release(.i))
        #expect(latch.held == [])
        latch.step(&world)
        #expect(world.truth.scene == .inventory)
        latch.step(&world)
        #expect(world.truth.scene == .inventory)
        latch.accept(.press(.escape))
        latch.step(&world)
        let before = world.player
        latch.accept(.press(.w))
        latch.accept(.release(.w))
        latch.accept(.look(dx: 30, dy: .max))
        latch.accept(.look(dx: 30, dy: .max))
        latch.step(&world)
        #expect(world.player.y < before.y)
        #expect(world.player.heading == 870)
        let after = world.player
        latch.step(&world)
        #expect(world.player == after)
    }
}
