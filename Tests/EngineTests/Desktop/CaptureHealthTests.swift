import Basics
import Testing

@testable import Desktop

@Suite("The health of a capture", .shared)
struct CaptureHealthTests {
    private static let start = ContinuousClock().now
    private static let moving = PictureFacts(mean: 80, variance: 900, isSame: false)
    private static let still = PictureFacts(mean: 80, variance: 900, isSame: true)
    private static let black = PictureFacts(mean: 0, variance: 0, isSame: false)

    /// Twenty pictures a second.
    private struct Run {
        var health = CaptureHealth(rate: 20, at: start)
        var now = start
        var steps: [CaptureHealth.Step] = []
        /// When each step came, in milliseconds.
        var times: [Int] = []
        var shown = 0

        mutating func pictures(_ facts: PictureFacts, _ count: Int) {
            for _ in 0..<count {
                now += .milliseconds(50)
                let (isUsable, step) = health.picture(facts, at: now)
                if isUsable { shown += 1 }
                note(step)
            }
        }

        mutating func silence(_ time: Duration) {
            let end = now + time
            while now < end {
                now += .milliseconds(250)
                note(health.tick(at: now))
            }
        }

        mutating func note(_ step: CaptureHealth.Step?) {
            guard let step else { return }
            steps.append(step)
            times.append(Int(start.duration(to: now).milliseconds))
        }
    }

    @Test("is good while pictures come, whether or not they change, as long as nothing is pressed")
    func good() {
        var run = Run()
        run.pictures(Self.moving, 10)
        run.pictures(Self.still, 200)
        #expect(run.health.state == .good)
        #expect(run.shown == 210)
        #expect(run.steps.isEmpty)
    }

    @Test("is black within two seconds, and good again with the first picture that shows something")
    func black() {
        var run = Run()
        run.pictures(Self.moving, 10)
        run.pictures(Self.black, 20)
        #expect(run.health.state == .black)
        run.pictures(Self.moving, 1)
        #expect(run.health.state == .good)
        #expect(run.steps.isEmpty)
    }

    @Test("of a game that starts black is not good until it shows something")
    func blackStart() {
        var run = Run()
        run.pictures(Self.black, 10)
        #expect(run.health.state == .starting)
        #expect(run.shown == 0)
    }

    @Test("is frozen within two seconds of a press that changes nothing; the capture is started anew, once")
    func frozen() {
        var run = Run()
        run.pictures(Self.moving, 10)
        run.health.pressed(at: run.now)
        run.pictures(Self.still, 40)
        #expect(run.health.state == .frozen)
        #expect(run.steps == [.restart(after: .milliseconds(200))])
        #expect(run.times == [2000])
        // The same picture from a new capture: it is the game that stands still, as in a menu.
        run.health.started(at: run.now)
        run.pictures(Self.still, 100)
        #expect(run.health.state == .good)
        #expect(run.steps.count == 1)
    }

    @Test("is silent within two seconds when no picture comes, and waits longer for the first one")
    func silent() {
        var run = Run()
        run.pictures(Self.moving, 10)
        run.silence(.seconds(2))
        #expect(run.health.state == .silent)
        #expect(run.times == [2000])
        run.health.started(at: run.now)
        run.silence(.seconds(4))
        #expect(run.steps.count == 1)
        run.silence(.seconds(1))
        #expect(run.steps.count == 2)
    }

    @Test("says why the program ended, and starts it again after longer and longer waits")
    func ended() {
        var run = Run()
        for _ in 0..<6 {
            run.health.started(at: run.now)
            run.note(run.health.ended(why: "no such window", at: run.now))
        }
        #expect(run.health.state == .ended(why: "no such window"))
        #expect(run.steps == [200, 500, 1000, 2000, 5000, 5000].map { .restart(after: .milliseconds($0)) })
        let second = run.health.ended(why: "again", at: run.now)
        #expect(second == nil)
    }

    @Test("lets no picture by that waited in the pipe while nobody read")
    func stale() {
        var run = Run()
        run.pictures(Self.moving, 10)
        run.now += .seconds(1)
        let late = run.health.picture(Self.moving, at: run.now)
        #expect(!late.isUsable)
        // The capture catches up: these come at once, one after another.
        for _ in 0..<20 {
            run.now += .milliseconds(2)
            let next = run.health.picture(Self.moving, at: run.now)
            #expect(!next.isUsable)
        }
        run.pictures(Self.moving, 1)
        #expect(run.shown == 11)
    }

    @Test("shows nothing of a window of the wrong size")
    func wrongSize() {
        var run = Run()
        run.pictures(Self.moving, 10)
        run.health.sized((width: 640, height: 480))
        run.pictures(Self.moving, 10)
        #expect(run.health.state == .wrongSize(width: 640, height: 480))
        run.health.sized(nil)
        run.pictures(Self.moving, 10)
        #expect(run.health.state == .good)
        #expect(run.shown == 20)
    }

    @Test("A picture is cut from the stream wherever its pieces end")
    func assembler() {
        var assembler = FrameAssembler(size: 5)
        var pictures: [[UInt8]] = []
        for piece: [UInt8] in [[1, 2], [3, 4, 5, 6, 7, 8], [9, 10, 11, 12, 13, 14, 15, 16]] {
            piece.withUnsafeBytes { assembler.append($0) { pictures.append($0) } }
        }
        #expect(pictures == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, 15]])
    }
}
