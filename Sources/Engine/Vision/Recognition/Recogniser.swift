import Basics
import Glibc

/// Says what is in a picture of a game that it was taught: enemies, what opens when it is pushed, and how far one can
/// walk. `Tests/Games/learn.py` teaches it.
package struct Recogniser: Sendable {
    /// Pictures as the network has them: the world part, brought to this size.
    static let width = 160, height = 100
    /// Bins of how far one can walk: up to 24 map units, and from there each a quarter more.
    static let bins = 16

    /// What is seen in a column of the picture, one of equally many pixels each.
    package struct Column: Sendable, Equatable {
        /// Where its middle is: -1 is the left edge of the picture, 1 the right one.
        package var position: Double
        /// How likely an enemy, and something to push, is there: 0 to 1.
        package var enemy: Double, door: Double
        /// How far one can walk, along the line of sight of the picture's middle, in map units; and how far at the
        /// most, in five cases of six.
        package var way: Double, most: Double

        package init(position: Double, enemy: Double = 0, door: Double = 0, way: Double = 500, most: Double = 500) {
            (self.position, self.enemy, self.door, self.way, self.most) = (position, enemy, door, way, most)
        }
    }

    let net: ConvolutionalNet

    package init(_ net: ConvolutionalNet) throws(Misfit) {
        var (height, width) = (Self.height, Self.width)
        for layer in net.layers { (height, width) = layer.size(of: height, width) }
        guard net.layers[0].ins == 3, height == 1, width > 0, net.layers.last?.outs == 2 + Self.bins else {
            throw Misfit()
        }
        self.net = net
    }

    /// A network for something else.
    package struct Misfit: Error, CustomStringConvertible {
        package let description = "the network makes something else of a picture of 160x100 than columns of 18 numbers"
    }

    /// The columns, left to right.
    /// - Parameter viewShare: the share of the picture's height that shows the world; what is below is left out.
    package func look(at frame: Frame, viewShare: Double) -> [Column] {
        let out = net(Self.input(frame, viewShare))
        return (0..<out.width).map { column in
            let said = out.values[column * out.channels..<(column + 1) * out.channels].map { exp(Double($0)) }
            let (enemy, door, ways) = (said[0], said[1], Array(said[2...]))
            let sum = ways.reduce(0, +)
            func way(_ share: Double) -> Double {
                var rest = sum * share
                let bin = ways.firstIndex { rest -= $0; return rest < 0 } ?? Self.bins - 1
                return 24 * pow(1.25, Double(bin) - 0.5)
            }
            return Column(
                position: (2 * Double(column) + 1) / Double(out.width) - 1,
                enemy: enemy / (1 + enemy), door: door / (1 + door), way: way(0.5), most: way(5.0 / 6))
        }
    }

    /// The world part of the picture, -1 to 1: the mean of what lies in each of the network's pixels.
    private static func input(_ frame: Frame, _ viewShare: Double) -> ConvolutionalNet.Map {
        let seen = Int(Double(frame.height) * viewShare)
        let values = [Float](unsafeUninitializedCapacity: height * width * 3) { values, count in
            frame.rgb.withUnsafeBufferPointer { rgb in
                for row in 0..<height {
                    let rows = row * seen / height..<max(row * seen / height + 1, (row + 1) * seen / height)
                    for column in 0..<width {
                        let first = column * frame.width / width
                        let columns = first..<max(first + 1, (column + 1) * frame.width / width)
                        var (red, green, blue) = (0, 0, 0)
                        for y in rows {
                            for x in columns {
                                let at = (y * frame.width + x) * 3
                                red += Int(rgb[at])
                                green += Int(rgb[at + 1])
                                blue += Int(rgb[at + 2])
                            }
                        }
                        let scale = 1 / Float(128 * rows.count * columns.count)
                        let at = (row * width + column) * 3
                        values[at] = Float(red) * scale - 1
                        values[at + 1] = Float(green) * scale - 1
                        values[at + 2] = Float(blue) * scale - 1
                    }
                }
            }
            count = height * width * 3
        }
        return ConvolutionalNet.Map(height: height, width: width, channels: 3, values: values)
    }
}
