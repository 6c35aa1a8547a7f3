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

    @Test("shows nothing of a window that another lies upon, whatever it looks like, and is good again without it")
    func covered() {
        var run = Run()
        run.pictures(Self.moving, 10)
        run.health.covered(by: "\"mail\"")
        run.pictures(Self.moving, 5)
        run.pictures(Self.black, 30)
        #expect(run.health.state == .covered(by: "\"mail\""))
        #expect("\(run.health.state)" == "the game's window is covered by \"mail\"")
        run.health.covered(by: nil)
        #expect(run.health.state == .starting)
        run.pictures(Self.moving, 5)
        #expect(run.health.state == .good)
        #expect(run.shown == 15)
        #expect(run.steps.isEmpty)
        // The size is what is to be mended first.
        run.health.sized((width: 640, height: 480))
        run.health.covered(by: "mail")
        #expect(run.health.state == .wrongSize(width: 640, height: 480))
        run.health.covered(by: nil)
        #expect(run.health.state == .wrongSize(width: 640, height: 480))
    }

    @Test("Areas overlap where they share a pixel, and not where they only touch")
    func areas() {
        let game = XWire.Area(x: 100, y: 100, width: 50, height: 50)
        let others: [(XWire.Area, Bool)] = [
            (game, true), (XWire.Area(x: 149, y: 149, width: 9, height: 9), true),
            (XWire.Area(x: 150, y: 100, width: 9, height: 9), false),
            (XWire.Area(x: 91, y: 100, width: 9, height: 9), false),
            (XWire.Area(x: 0, y: 0, width: 500, height: 500), true),
            (XWire.Area(x: -40, y: 120, width: 141, height: 1), true),
        ]
        for (other, overlaps) in others { #expect(other.overlaps(game) == overlaps, "\(other)") }
    }

    @Test("The cookie of a display is found in a file of authority, damaged or not")
    func cookie() {
        func entry(_ family: UInt8, _ address: String, _ display: String, _ kind: String, _ data: [UInt8]) -> [UInt8] {
            func counted(_ bytes: [UInt8]) -> [UInt8] { [0, UInt8(bytes.count)] + bytes }
            return [0, family] + counted(Array(address.utf8)) + counted(Array(display.utf8))
                + counted(Array(kind.utf8)) + counted(data)
        }
        let name = XAuthority.name
        let other = entry(1, "host", "7", "OTHER", [9])
        let file = other + entry(1, "host", "12", name, [1]) + entry(0, "", "7", name, [2])
        #expect(XAuthority.cookie(display: 7, in: file) == [2])
        #expect(XAuthority.cookie(display: 12, in: file) == [1])
        #expect(XAuthority.cookie(display: 1, in: file) == nil)
        #expect(XAuthority.cookie(display: 3, in: XAuthority.entry(cookie: [4, 5])) == [4, 5])
        for length in 0..<file.count { _ = XAuthority.cookie(display: 1, in: Array(file.prefix(length))) }
        #expect(XAuthority.cookie(display: 7, in: Array(file.dropLast())) == nil)
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
