import Engine
import Testing

@testable import Basics

@Suite(.shared) struct RingTests {
    @Test("a ring keeps the newest elements, oldest first", arguments: [0, 1, 3, 4, 9])
    func newest(count: Int) {
        var ring = Ring<Int>(capacity: 4)
        for value in 0..<count { ring.append(value) }
        #expect(Array(ring) == Array((0..<count).suffix(4)))
    }
}
