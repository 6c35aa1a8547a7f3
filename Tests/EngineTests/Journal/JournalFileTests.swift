import Basics
import Glibc
import Synchronization
import Testing

@testable import Journal
@testable import Record

@Suite("The file of a journal", .shared)
struct JournalFileTests {
    @Test("whoever looks at a new file, or makes room in its folder, keeps no session from being written")
    func race() async throws {
        let place = try JournalPlace()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let folder = JournalFolder(place.path)
                while !Task.isCancelled {
                    for session in folder.sessions() { _ = try? JournalReader(session.path) }
                    folder.prune(to: 0)
                }
            }
            defer { group.cancelAll() }
            for number in 0..<500 {
                let file = try JournalFile(creating: place.file("\(number).jsonl"))
                #expect(access(file.path, F_OK) == 0)
            }
        }
    }

    @Test("one that is removed while it is written is told, not written on")
    func removed() throws {
        let place = try JournalPlace()
        var file = try JournalFile(creating: place.file())
        try file.append([UInt8(ascii: "a"), UInt8(ascii: "\n")])
        unlink(file.path)
        #expect(throws: JournalError.removed(path: place.file())) { try file.append([UInt8(ascii: "\n")]) }
        #expect(file.size == 2)
    }

    @Test("several rings are one, and none is forgotten")
    func bell() {
        let bell = Bell()
        #expect(!bell.wait(seconds: 0))
        bell.ring()
        bell.ring()
        #expect(bell.wait(seconds: 3600))
        #expect(!bell.wait(seconds: 0))
    }

    @Test("what is open is written at once")
    func urgent() {
        let rings = Mutex(0)
        let queue = JournalQueue(pictures: false) { rings.withLock { $0 += 1 } }
        queue.take(EngineEvent(time: 0, kind: .armed(ResourceID(0), name: "Held game keys", step: 1))) { nil }
        #expect(rings.withLock(\.self) == 1)
    }
}
