import Foundation
import Testing

@testable import Navigation
@testable import Vision

@Suite("What a picture tells of a room")
struct PictureReadingTests {
    private let room: RoomPainter = {
        var room = RoomPainter(["#####", "#   #", "#   #", "# P #", "#####"])
        room.size = (320, 240)
        return room
    }()

    @Test("The size of the texels is the distance", arguments: [0.0, 40, 60, 70])
    func distance(walked: Double) {
        var room = room
        room.size = (640, 480)
        let scan = RangeScan(room.frame(from: Pose(y: walked), at: 0), room.view)
        let truth = room.scan(from: Pose(y: walked))
        for (seen, real) in zip(scan.depths[12...19], truth.depths[12...19]) {
            #expect(abs(seen - real) < 0.12 * real, "\(seen) instead of \(real)")
        }
    }

    @Test("What is in the way of one shoulder is told from what stops both and what leaves room",
        arguments: [(-24.0, true, false), (24, false, true), (0, false, false), (64, true, true)])
    func shoulders(aside: Double, left: Bool, right: Bool) {
        let gap = RoomPainter(["#####", "#   #", "## ##", "# P #", "#####"])
        let stops = gap.scan(from: Pose(x: aside)).stops
        #expect(stops == (left, right))
    }

    @Test("The walls show by how much one does not look along them", arguments: [-30.0, -8, 0, 12, 40, 98])
    func grain(heading: Double) {
        let grain = room.scan(from: Pose(y: 40, heading: heading)).grain
        #expect(abs(remainder(grain.direction + heading, 90)) < 1 && grain.agreement > 0.95, "\(grain)")
    }

    @Test("A step ahead shows in the floor, and one that did not happen does not")
    func step() throws {
        let old = GreyPicture(room.frame(from: Pose(), at: 0), room.view)
        let new = GreyPicture(room.frame(from: Pose(y: 12), at: 0.1), room.view)
        let odometry = VisualOdometry(
            old: old, new: new, depths: room.scan(from: Pose(y: 12)).depths, view: room.view)
        let none = odometry.floorError(ahead: 0, right: 0, turn: 0) ?? .infinity
        let right = odometry.floorError(ahead: 0, right: 12, turn: 0) ?? .infinity
        let ahead = odometry.floorError(ahead: 12, right: 0, turn: 0) ?? .infinity
        #expect(ahead < 0.8 * none)
        #expect(ahead < 0.8 * right)
    }

    @Test("Who only turned is seen to stand, who walked is not")
    func standing() {
        func stands(_ pose: Pose, turn: Double) -> Bool {
            let odometry = VisualOdometry(
                old: GreyPicture(room.frame(from: Pose(), at: 0), room.view),
                new: GreyPicture(room.frame(from: pose, at: 0.1), room.view), depths: [], view: room.view)
            return odometry.isStanding(turn: turn)
        }
        #expect(stands(Pose(), turn: 0))
        #expect(stands(Pose(heading: 7), turn: 7))
        #expect(!stands(Pose(heading: 7), turn: 0))
        #expect(!stands(Pose(y: 20), turn: 0))
    }

    @Test("What moves is found at its bearing, and nothing where nothing moves")
    func mover() throws {
        let frame = room.frame(from: Pose(), at: 0)
        let old = GreyPicture(frame, room.view)
        #expect(MotionDetector.movers(from: old, to: old, room.view).isEmpty)
        var rgb = frame.rgb
        // A thing of 16 x 48 pixels, a quarter of the picture to the right of its middle: atan(1/2) degrees.
        for y in 80..<128 { for x in 232..<248 { for channel in 0..<3 { rgb[(y * 320 + x) * 3 + channel] = 255 } } }
        let moved = Frame(width: 320, height: 240, rgb: rgb, sequence: 2, capturedAt: .now)
        let movers = MotionDetector.movers(from: old, to: GreyPicture(moved, room.view), room.view)
        #expect(movers.count == 1)
        let mover = try #require(movers.first)
        #expect(abs(mover.bearing - 26.6) < 1)
        #expect(abs(mover.top - 0.4) < 0.02 && abs(mover.bottom - 0.64) < 0.02)
    }

    @Test("A picture that changed as a whole has no movers: the view turned, or the light changed")
    func flash() {
        let old = GreyPicture(room.frame(from: Pose(), at: 0), room.view)
        let new = GreyPicture(room.frame(from: Pose(heading: 30), at: 0), room.view)
        #expect(MotionDetector.movers(from: old, to: new, room.view).isEmpty)
    }
}
