import Basics

/// A network of convolutions, one after the other, with nothing but what is below zero cut off between them.
package struct ConvolutionalNet: Sendable {
    /// Numbers by row, column and channel.
    package struct Map: Sendable, Equatable {
        package let height: Int, width: Int, channels: Int
        package var values: [Float]

        package init(height: Int, width: Int, channels: Int, values: [Float]) {
            precondition(values.count == height * width * channels)
            (self.height, self.width, self.channels, self.values) = (height, width, channels, values)
        }
    }

    /// One convolution. Pairs are of rows and columns, and padding is less than the kernel; weights are by row, column,
    /// channel in and channel out.
    package struct Layer: Sendable {
        let ins: Int, outs: Int
        let kernel: (rows: Int, columns: Int), stride: (rows: Int, columns: Int), padding: (rows: Int, columns: Int)
        let weights: [Float], bias: [Float]
    }

    let layers: [Layer]

    /// - Parameter input: with as many channels as the first layer has in.
    package func callAsFunction(_ input: Map) -> Map {
        precondition(input.channels == layers[0].ins)
        var map = input
        for (index, layer) in layers.enumerated() {
            map = layer(map)
            guard index < layers.count - 1 else { break }
            for at in map.values.indices { map.values[at] = max(0, map.values[at]) }
        }
        return map
    }
}

extension ConvolutionalNet.Layer {
    /// Rows and columns that come of so many; none where the kernel does not fit.
    func size(of height: Int, _ width: Int) -> (height: Int, width: Int) {
        func count(_ side: Int, _ padding: Int, _ kernel: Int, _ stride: Int) -> Int {
            let room = side + 2 * padding - kernel
            return room < 0 ? 0 : room / stride + 1
        }
        return (
            count(height, padding.rows, kernel.rows, stride.rows),
            count(width, padding.columns, kernel.columns, stride.columns)
        )
    }

    fileprivate func callAsFunction(_ map: ConvolutionalNet.Map) -> ConvolutionalNet.Map {
        let (height, width) = size(of: map.height, map.width)
        let values = [Float](unsafeUninitializedCapacity: height * width * outs) { sums, count in
            map.values.withUnsafeBufferPointer { input in
                weights.withUnsafeBufferPointer { weights in
                    for row in 0..<height {
                        for column in 0..<width {
                            let sum = sums.baseAddress! + (row * width + column) * outs
                            for out in 0..<outs { sum[out] = bias[out] }
                            add(map, input.baseAddress!, weights.baseAddress!, row, column, to: sum)
                        }
                    }
                }
            }
            count = height * width * outs
        }
        return ConvolutionalNet.Map(height: height, width: width, channels: outs, values: values)
    }

    /// Pointers, and sums over all channels out at once: thus the compiler makes vectors of it, and this is where the
    /// time goes.
    @inline(__always)
    private func add(
        _ map: ConvolutionalNet.Map, _ input: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ row: Int,
        _ column: Int, to sum: UnsafeMutablePointer<Float>
    ) {
        let (top, left) = (row * stride.rows - padding.rows, column * stride.columns - padding.columns)
        for down in max(0, -top)..<min(kernel.rows, map.height - top) {
            for right in max(0, -left)..<min(kernel.columns, map.width - left) {
                let seen = input + ((top + down) * map.width + left + right) * ins
                let weight = weights + (down * kernel.columns + right) * ins * outs
                // Half of what comes out of a layer is zero.
                for channel in 0..<ins where seen[channel] != 0 {
                    let (value, weight) = (seen[channel], weight + channel * outs)
                    for out in 0..<outs { sum[out] += value * weight[out] }
                }
            }
        }
    }
}

extension ConvolutionalNet: Decodable {
    private enum Keys: String, CodingKey, CaseIterable { case layers }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.fields(Keys.self)
        layers = try fields.decode([Layer].self, forKey: .layers)
        guard !layers.isEmpty else { throw fields.mistake(.layers, "there must be one") }
        for (one, next) in zip(layers, layers.dropFirst()) where one.outs != next.ins {
            throw fields.mistake(.layers, "one has \(one.outs) channels out, and the next has \(next.ins) in")
        }
    }
}

extension ConvolutionalNet.Layer: Decodable {
    private enum Keys: String, CodingKey, CaseIterable { case channels, kernel, stride, padding, weights, bias }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.fields(Keys.self)
        func pair(_ key: Keys, _ range: ClosedRange<Int>) throws -> (Int, Int) {
            let pair = try fields.decode([Int].self, forKey: key)
            guard pair.count == 2, pair.allSatisfy(range.contains) else {
                throw fields.mistake(key, "it must be two numbers from \(range.lowerBound) to \(range.upperBound)")
            }
            return (pair[0], pair[1])
        }
        func numbers(_ key: Keys, _ count: Int) throws -> [Float] {
            guard let bytes = Base64.decode(try fields.decode(String.self, forKey: key)), bytes.count == 2 * count
            else { throw fields.mistake(key, "it must be \(count) numbers of 16 bits in base64") }
            // The upper half of a number of 32 bits (bfloat16), the lower byte first.
            let numbers = (0..<count).map { at in
                Float(bitPattern: UInt32(bytes[2 * at + 1]) << 24 | UInt32(bytes[2 * at]) << 16)
            }
            guard numbers.allSatisfy(\.isFinite) else { throw fields.mistake(key, "a number is not finite") }
            return numbers
        }
        (ins, outs) = try pair(.channels, 1...512)
        kernel = try pair(.kernel, 1...15)
        stride = try pair(.stride, 1...8)
        padding = try pair(.padding, 0...7)
        guard padding.rows < kernel.rows, padding.columns < kernel.columns else {
            throw fields.mistake(.padding, "it must be less than the kernel")
        }
        weights = try numbers(.weights, kernel.rows * kernel.columns * ins * outs)
        bias = try numbers(.bias, outs)
    }
}
