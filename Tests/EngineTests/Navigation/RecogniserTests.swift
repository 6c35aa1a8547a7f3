import Foundation
import Testing

@testable import Basics
@testable import Navigation
@testable import Vision

@Suite("Recognising what is in a picture")
struct RecogniserTests {
    /// Numbers as weights are written: the upper halves of numbers of 32 bits, in base64.
    private static func text(_ numbers: [Float]) -> String {
        let halves = numbers.map { UInt16($0.bitPattern >> 16) }
        return Data(halves.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }).base64EncodedString()
    }

    private static func layer(
        _ channels: [Int], _ kernel: [Int], stride: [Int] = [1, 1], padding: [Int] = [0, 0], _ weights: [Float],
        _ bias: [Float]
    ) -> String {
        """
        {"channels": \(channels), "kernel": \(kernel), "stride": \(stride), "padding": \(padding),
        "weights": "\(text(weights))", "bias": "\(text(bias))"}
        """
    }

    private static func net(_ layers: String...) throws -> ConvolutionalNet {
        try StrictJSON.decode(ConvolutionalNet.self, #"{"layers": [\#(layers.joined(separator: ","))]}"#)
    }

    @Test("Convolutions are those that were taught: with edges, steps, channels, and nothing below zero between them")
    func convolution() throws {
        // Sums of three in a row, every other one; then what is above 5 of it, and half of it.
        let net = try Self.net(
            Self.layer([1, 2], [1, 3], stride: [1, 2], padding: [0, 1], [1, -1, 1, 0, 1, 0], [-5, 1]),
            Self.layer([2, 1], [1, 1], [1, 0.5], [0]))
        let row = ConvolutionalNet.Map(height: 1, width: 5, channels: 1, values: [1, 2, 3, 4, 5])
        let out = net(row)
        // Less 5: 1 + 2, 2 + 3 + 4, 4 + 5. And 1 less what is at the left of each: 0, 2, 4.
        #expect(out.width == 3 && out.height == 1 && out.channels == 1)
        #expect(out.values == [0.5, 4, 4])
    }

    @Test("What is no network, or one for something else, is told")
    func misfits() throws {
        #expect {
            try Self.net(Self.layer([1, 2], [1, 1], [1, 1], [0, 0]), Self.layer([3, 1], [1, 1], [1, 1, 1], [0]))
        } throws: { "\($0)".contains("one has 2 channels out, and the next has 3 in") }
        #expect { try Self.net(Self.layer([1, 1], [1, 3], [1, 1], [0])) } throws: {
            "\($0)".contains("it must be 3 numbers of 16 bits in base64")
        }
        #expect { try Self.net(Self.layer([1, 1], [1, 1], [.nan], [0])) } throws: { "\($0)".contains("not finite") }
        #expect { try Self.net(Self.layer([1, 1], [1, 1], padding: [1, 0], [1], [0])) } throws: {
            "\($0)".contains("less than the kernel")
        }
        // A kernel that does not fit leaves nothing.
        let wide = try Self.net(Self.layer([1, 1], [1, 3], stride: [1, 2], [1, 1, 1], [0]))
        #expect(wide(ConvolutionalNet.Map(height: 1, width: 2, channels: 1, values: [1, 2])).width == 0)
        #expect { try Recogniser(Self.net(Self.layer([1, 1], [1, 1], [1], [0]))) } throws: {
            "\($0)".contains("something else of a picture of 160x100")
        }
    }

    @Test("What opens is gone to before walls that nobody pushed, and is pushed once")
    func doors() throws {
        let world = RoomPainter(["#####", "#   #", "# P #", "#   #", "#####"])
        var grid = OccupancyGrid(memory: 600)
        let east = Pose(heading: 90)
        for _ in 0..<12 {
            for heading in stride(from: 0.0, to: 360, by: 90) {
                let pose = Pose(heading: heading)
                grid.enter(pose, at: 0)
                grid.add(world.scan(from: pose), from: pose)
            }
            let ahead = [Recogniser.Column(position: 0, door: 0.95, way: 96)]
            grid.add(ahead, world.scan(from: east), from: east, Viewpoint())
        }
        for place in [(-1, -1), (-1, 0), (0, -1), (0, 0)] {
            grid.enter(Pose(x: Double(place.0) * 20 + 10, y: Double(place.1) * 20 + 10), at: 0)
        }
        var explorer = Explorer()
        let first = explorer.way(on: grid, from: Pose(), at: 1)
        var way = try #require(first)
        #expect(way.wall?.side == 1)
        let end = try #require(way.squares.last)
        #expect(OccupancyGrid.centre(end).x > 40)
        let door = OccupancyGrid.centre(try #require(way.wall).square)
        explorer.push(at: door, at: 2)
        let next = explorer.way(on: grid, from: Pose(), at: 2)
        way = try #require(next)
        let other = (way.wall?.square).map(OccupancyGrid.centre)
        #expect(other.map { max(abs($0.x - door.x), abs($0.y - door.y)) >= 48 } ?? true)
    }

    @Test("What is said of a wall from near and face on counts, from afar or from the side hardly")
    func weights() throws {
        let world = RoomPainter(["#########", "#       #", "#       #", "#   P   #", "#########"])
        func likelihood(near: Double, far: Double, aside: Double) throws -> Float {
            var grid = OccupancyGrid(memory: 600)
            for _ in 0..<10 {
                let oblique = Pose(x: -120, y: 100, heading: 60)
                for (pose, door) in [(Pose(y: -20), far), (oblique, aside), (Pose(y: 60), near)] {
                    grid.enter(pose, at: 0)
                    let column = Recogniser.Column(
                        position: tan(pose.bearing(to: (0, 160)).radians), door: door, way: pose.distance(to: (0, 160)))
                    grid.add([column], world.scan(from: pose), from: pose, Viewpoint())
                }
            }
            return grid.likelihood(try #require(OccupancyGrid.square((8, 168))), along: 1)
        }
        #expect(try likelihood(near: 0.9, far: 0.1, aside: 0.1) > 0.4)
        #expect(try likelihood(near: 0.05, far: 0.9, aside: 0.9) < 0.03)
    }

    @Test("An enemy that was recognised is faced and fired at, though it does not move")
    func enemies() {
        let world = RoomPainter(["#######", "#     #", "#     #", "#  P  #", "#######"])
        var (body, navigator) = (DeadReckoning(laws: .doom), Navigator())
        var reasons: [Move.Reason] = []
        for step in stride(from: 0, to: 70, by: 2) {
            let time = Double(step) / 35
            navigator.see(world.frame(from: body.pose, at: time, number: UInt64(step)), vitals: Vitals(health: 100))
            // 30 degrees to the right of where one looked first.
            let position = tan((30 - body.pose.heading) * .pi / 180)
            let columns = (0..<40).map { column in
                let middle = (2 * Double(column) + 1) / 40 - 1
                return Recogniser.Column(position: middle, enemy: abs(middle - position) < 0.08 ? 0.99 : 0.01)
            }
            navigator.recognise(columns, at: time)
            let move = navigator.next()
            navigator.hold(move)
            reasons.append(move.reason)
            for _ in 0..<2 { body.step(move.controls) }
        }
        #expect(reasons.contains(.faces) && reasons.contains(.fires))
        let fires = reasons.firstIndex(of: .fires) ?? 0
        #expect(!reasons[..<fires].contains(.feelsWalls) && abs(body.pose.heading - 30) < 6, "\(body.pose.heading)")
    }
}
