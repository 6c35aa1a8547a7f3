import Synchronization
import Testing

@testable import Engine
@testable import Record
@testable import Vision

@Suite("A picture that is looked at closely", .shared)
struct ClosePictureTests {
    private func frame(_ sequence: UInt64) -> Frame {
        Frame(width: 1, height: 1, rgb: [1, 2, 3], sequence: sequence, capturedAt: .now)
    }

    @Test("is shown in place of an older one, told of, and neither recorded nor remembered")
    func shown() {
        let hub = EventHub()
        let pictures = Mutex(0)
        let events = Mutex(0)
        hub.observePictures { pictures.withLock { $0 += 1 } }
        hub.observe { _ in events.withLock { $0 += 1 } }
        hub.show(frame(5))
        for sequence in 6...40 { hub.showClosely(frame(UInt64(sequence))) }
        #expect(hub.frame?.sequence == 40)
        #expect(pictures.withLock(\.self) == 35)
        #expect(events.withLock(\.self) == 0)
        #expect(hub.snapshot.revision == 0)
        // What decisions are based on is still there.
        #expect(hub.frame(5)?.sequence == 5)
        #expect(hub.frame(40) == nil)
        hub.show(frame(41))
        #expect(hub.frame?.sequence == 41)
        hub.endClosePictures()
        #expect(hub.frame?.sequence == 41)
    }

    @Test("gives way to what is perceived once nobody looks")
    func ended() {
        let hub = EventHub()
        hub.show(frame(5))
        hub.showClosely(frame(9))
        hub.endClosePictures()
        #expect(hub.frame?.sequence == 5)
    }
}
