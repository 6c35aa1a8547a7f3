import Testing

@testable import Desktop
@testable import Navigation
@testable import Vision

@Suite("A full circle", .shared)
struct FullCircleTests {
    /// A room whose four walls look different, with the player out of its middle.
    private static let room = RoomPainter(["######", "#    #", "#P   #", "#    #", "######"])

    /// The views in steps of two degrees, each painted once.
    private static let views = (0..<180).map { room.frame(from: Pose(heading: Double($0) * 2), at: 0) }

    /// Turns at so many degrees a second, with so many pictures a second; `noise` grey levels are what else moves.
    private static func turn(
        _ degrees: Double, pictures: Double, seconds: Double, noise: Int = 0, views: [Frame] = views
    ) -> FullCircle {
        var circle = FullCircle()
        var random = SplitMix(seed: 7)
        for picture in 0..<Int(seconds * pictures) where circle.finding == .turning {
            let time = Double(picture) / pictures
            let view = views[Int((40 + degrees * time) / 360 * Double(views.count)) % views.count]
            let rgb = noise == 0 ? view.rgb : view.rgb.map { byte in
                UInt8(clamping: Int(byte) + Int.random(in: -noise...noise, using: &random))
            }
            let frame = Frame(
                width: view.width, height: view.height, rgb: rgb, sequence: UInt64(picture), capturedAt: .now)
            circle.look(at: frame, turned: time)
        }
        return circle
    }

    private struct SplitMix: RandomNumberGenerator {
        var seed: UInt64
        mutating func next() -> UInt64 {
            seed &+= 0x9E37_79B9_7F4A_7C15
            var value = seed
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    @Test("is found within two parts of a hundred, however fast it is turned", arguments: [
        (45.0, 20.0, 0), (123, 35, 0), (123, 20, 12), (90, 35, 12), (200, 35, 0), (37.5, 10, 0),
    ])
    func found(_ degrees: Double, _ pictures: Double, _ noise: Int) throws {
        let circle = Self.turn(degrees, pictures: pictures, seconds: 1000 / degrees, noise: noise)
        guard case .circle(let seconds) = circle.finding else {
            Issue.record("\(circle.failure)")
            return
        }
        #expect(abs(360 / seconds / degrees - 1) < 0.02, "\(360 / seconds)")
    }

    @Test("is not claimed before it came round twice")
    func early() {
        let circle = Self.turn(90, pictures: 20, seconds: 7)
        #expect(circle.finding == .turning)
        #expect(circle.failure == "the same view did not come round")
    }

    @Test("is not seen where every view is the same, where nothing turns, or where no pictures come")
    func blind() {
        let grey = Frame(
            width: 160, height: 120, rgb: [UInt8](repeating: 90, count: 160 * 120 * 3), sequence: 1, capturedAt: .now)
        for views in [[grey], [Self.views[3]]] {
            let circle = Self.turn(90, pictures: 20, seconds: 20, noise: 3, views: views)
            #expect(circle.finding == .turning)
            #expect(circle.failure == "the view hardly changes while it turns")
        }
        #expect(Self.turn(90, pictures: 20, seconds: 0.2).failure == "only 4 pictures came")
    }

    @Test("is not seen in a view that never comes again")
    func strange() {
        var random = SplitMix(seed: 3)
        let views = (0..<400).map { number in
            let rgb = (0..<40 * 30).flatMap { _ in
                [UInt8](repeating: UInt8.random(in: 0...255, using: &random), count: 3)
            }
            return Frame(width: 40, height: 30, rgb: rgb, sequence: UInt64(number), capturedAt: .now)
        }
        let circle = Self.turn(18, pictures: 20, seconds: 19, views: views)
        #expect(circle.finding == .turning)
    }
}
