import Testing

@testable import Vision

@Suite("Bars of a status display")
struct BarReaderTests {
    private let field = BarReader.Field(x: 0.25, y: 0.5, width: 0.5, height: 0.25, colour: [160, 30, 30])

    /// 80 x 40, the bar's region being 40 x 10, `filled` columns of it red from the left.
    private func frame(_ filled: Int, colour: [UInt8] = [150, 40, 25]) -> Frame {
        var rgb = [UInt8](repeating: 70, count: 80 * 40 * 3)
        for y in 20..<30 {
            for x in 20..<20 + filled { for channel in 0..<3 { rgb[(y * 80 + x) * 3 + channel] = colour[channel] } }
        }
        return Frame(width: 80, height: 40, rgb: rgb, sequence: 1, capturedAt: .now)
    }

    @Test("the longest that was seen is full, and what is left is a share of it")
    func share() {
        var reader = BarReader(field)
        let read = [32, 16, 40, 16].map { reader.read(frame($0))?.value }
        #expect(read == [100, 50, 100, 40])
    }

    @Test("where it is known what an emptied part looks like, the region is the full bar, and none left is a number")
    func emptied() {
        var field = field
        field.empty = [70, 70, 70]
        var reader = BarReader(field)
        let read = [10, 40, 0].map { reader.read(frame($0)).map { [$0.value, $0.confidence] } }
        #expect(read == [[25, 1], [100, 1], [0, 1]])
        // Blue is neither: a tenth of it is a smaller confidence, more is no bar.
        let some = [4, 5].map { reader.read(frame($0, colour: [30, 30, 160]))?.confidence }
        #expect(some == [0.9, nil])
    }

    @Test("nothing is told before it was once long enough to be full, nor when it is not there")
    func unknown() {
        var reader = BarReader(field)
        let read = [10, 0, 40, 10].map { reader.read(frame($0))?.value }
        #expect(read == [nil, nil, 100, 25])
        let blue = reader.read(frame(40, colour: [30, 30, 160]))
        #expect(blue == nil)
    }
}
