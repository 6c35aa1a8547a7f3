import Synchronization
import Testing

@testable import TestSupport

@testable import Engine

@Suite("Whom a suite can stand beside it", .shared)
struct CompanyTests {
    /// Who is inside, and who was.
    private final class Book: Sendable {
        private let state = Mutex((alone: 0, shared: 0, most: 0, entered: [Company.Kind]()))

        func enter(_ kind: Company.Kind) {
            state.withLock { state in
                if kind == .alone { state.alone += 1 } else { state.shared += 1 }
                state.most = max(state.most, state.shared)
                state.entered.append(kind)
                #expect(state.alone == 0 || (state.alone == 1 && state.shared == 0))
            }
        }
        func leave(_ kind: Company.Kind) {
            state.withLock { if kind == .alone { $0.alone -= 1 } else { $0.shared -= 1 } }
        }
        /// The most that shared at once.
        var most: Int { state.withLock { $0.most } }
        var entered: [Company.Kind] { state.withLock { $0.entered } }
    }

    @Test("whoever wants to be alone is alone, as many share as fit, and everybody gets a turn")
    func room() async {
        let (room, book) = (Company.Room(capacity: 3), Book())
        await withTaskGroup { group in
            for number in 0..<200 {
                group.addTask {
                    let kind: Company.Kind = number % 4 == 0 ? .alone : .shared
                    await room.enter(kind)
                    book.enter(kind)
                    await Task.yield()
                    book.leave(kind)
                    room.leave(kind)
                }
            }
        }
        #expect(book.most == 3 && book.entered.count == 200)
    }

    @Test("those who share go before one who waits to be alone")
    func order() async {
        let (room, book) = (Company.Room(capacity: 1), Book())
        await room.enter(.shared)
        await withTaskGroup { group in
            for (waiting, kind) in [Company.Kind.alone, .shared, .shared].enumerated() {
                group.addTask {
                    await room.enter(kind)
                    book.enter(kind)
                    book.leave(kind)
                    room.leave(kind)
                }
                await poll { room.waiting > waiting }
            }
            room.leave(.shared)
        }
        #expect(book.entered == [.shared, .shared, .alone])
    }
}
