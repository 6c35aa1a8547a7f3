import Foundation
import Testing

@testable import Navigation
@testable import Vision

/// Paints what a player sees in a world of walls along a grid of 64 units, with texels of one unit, as games of the
/// first generation did.
struct RoomPainter {
    static let cell = 64.0
    /// Rows from the far end (+y) to the near one; `#` is a wall. The pose (0, 0) is the middle of the `P`.
    var rows: [String]
    var size = (width: 160, height: 120)
    let view = Viewpoint()
    private let start: (column: Int, row: Int)

    init(_ rows: [String]) {
        self.rows = rows
        let row = rows.firstIndex { $0.contains("P") } ?? 0
        start = (Array(rows[row]).firstIndex(of: "P") ?? 0, row)
    }

    func isWall(_ x: Double, _ y: Double) -> Bool {
        let column = start.column + Int((x / Self.cell + 0.5).rounded(.down))
        let row = start.row - Int((y / Self.cell + 0.5).rounded(.down))
        guard rows.indices.contains(row), (0..<rows[row].count).contains(column) else { return true }
        return Array(rows[row])[column] == "#"
    }

    /// Along one direction: how far the wall is, and where along it that is.
    func wall(from pose: Pose, bearing: Double) -> (distance: Double, along: Double) {
        let angle = (pose.heading + bearing).radians
        let (sine, cosine) = (sin(angle), cos(angle))
        var distance = 0.0
        while !isWall(pose.x + distance * sine, pose.y + distance * cosine), distance < 1000 { distance += 0.25 }
        return (distance, pose.x + distance * sine + pose.y + distance * cosine)
    }

    /// What a perfect scan would tell.
    func scan(from pose: Pose) -> RangeScan {
        let bearings = (0..<RangeScan.beams).map { beam in
            atan((Double(beam) + 0.5) / Double(RangeScan.beams) * 2 - 1).degrees
        }
        let depths = bearings.map { min(260, wall(from: pose, bearing: $0).distance * cos($0.radians)) }
        return RangeScan(depths: depths, bearings: bearings)
    }

    func frame(from pose: Pose, at seconds: Double, number: UInt64 = 1) -> Frame {
        let (width, height) = size
        var rgb = [UInt8](repeating: 0, count: width * height * 3)
        let focal = view.focal(width: width)
        let viewHeight = Int(Double(height) * view.viewShare)
        let horizon = Double(viewHeight) / 2
        for x in 0..<width {
            let side = Double(x) + 0.5 - Double(width) / 2
            let seen = wall(from: pose, bearing: atan(side / focal).degrees)
            let depth = max(1, seen.distance * cos(atan(side / focal)))
            for y in 0..<viewHeight {
                let down = Double(y) + 0.5 - horizon
                let rise = -down * depth / focal
                var value: UInt8
                if rise > 80 {
                    value = 20
                } else if rise < -view.eyeHeight {
                    let floor = view.eyeHeight * focal / down
                    let spot = pose.point(ahead: floor, right: side * floor / focal)
                    value = Self.noise(Int((spot.x / 16).rounded(.down)), Int((spot.y / 16).rounded(.down)))
                } else {
                    // Large spots, with a grain of one texel.
                    let (across, up) = (Int(seen.along.rounded(.down)), Int(rise.rounded(.down)) + 7919)
                    value = Self.noise(across >> 4, up >> 4) / 4 * 3 + Self.noise(across, up) / 4
                }
                let at = (y * width + x) * 3
                (rgb[at], rgb[at + 1], rgb[at + 2]) = (value, value, value)
            }
        }
        return Frame(
            width: width, height: height, rgb: rgb, sequence: number, capturedAt: .now,
            gameTime: .milliseconds(Int((seconds * 1000).rounded())))
    }

    private static func noise(_ a: Int, _ b: Int) -> UInt8 {
        var value = UInt64(bitPattern: Int64(a &* 73_856_093 ^ b &* 19_349_663))
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        return UInt8(truncatingIfNeeded: (value ^ (value >> 27)) >> 20)
    }
}
