import FoundationEssentials
import Glibc
import Testing

@testable import Basics
@testable import Connections
@testable import Dashboard
@testable import Journal
@testable import Record

/// Journals of a test's own, in a folder that goes with this.
final class SessionShelf {
    let folder: JournalFolder
    private var locks: [Int32] = []

    init() throws {
        var template = Array("/tmp/singularis-sessions-XXXXXX".utf8CString)
        folder = JournalFolder(try #require(mkdtemp(&template).map { String(cString: $0) }))
    }

    deinit {
        for lock in locks { close(lock) }
        try? FileManager.default.removeItem(atPath: folder.path)
    }

    func path(_ name: String) -> String { "\(folder.path)/\(name).jsonl" }

    func write(_ bytes: some Collection<UInt8>, _ name: String) throws {
        try Data(bytes).write(to: URL(filePath: path(name)))
    }

    /// Writes events as a session does, a sample behind each.
    func record(
        _ events: [EngineEvent], _ name: String, session: String? = nil, machine: MachineTime? = nil
    ) throws {
        let start = Date(timeIntervalSince1970: 1_700_000_000)
        let header = JournalHeader(
            version: "1.2.3", session: session ?? name, started: start, machine: machine, settings: SessionInfo())
        var (bytes, scribe, snapshot) = (header.line, JournalScribe(), Snapshot())
        for event in events {
            let told = EngineEvent(time: event.time, kind: event.kind.told)
            snapshot.apply(told)
            bytes += scribe.lines([.event(told)], then: snapshot)
        }
        try write(bytes, name)
    }

    /// Holds a journal as its writer does.
    func hold(_ name: String) throws {
        let descriptor = open(path(name), O_RDONLY | O_CLOEXEC)
        locks.append(descriptor)
        try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    }

    static func events(_ kinds: [(Double, EngineEvent.Kind)]) -> [EngineEvent] {
        kinds.map { EngineEvent(time: $0.0, kind: $0.1) }
    }

    /// A session that plays, with a request under way in lane 3 and one resource of two closed.
    static func playing(game: String = "a game") -> [EngineEvent] {
        var info = SessionInfo()
        (info.game, info.model) = (game, "a model")
        info.account.pricing = .known(Price(input: 1, output: 1), date: nil)
        var pool = Occupancy()
        pool.lanes = (0..<4).map(Occupancy.Lane.init(index:))
        pool.lanes[2].phase = .waiting
        pool.lanes[2].origin = Origin(scheme: .https, host: "example.org", port: 443)
        pool.lanes[2].age = 2.5
        (pool.opened, pool.closed, pool.requests, pool.answered) = (4, 3, 4, 3)
        return events([
            (0, .started(info)), (0, .armed(ResourceID(0), name: "game input", step: 1)),
            (0, .armed(ResourceID(1), name: "video interpreter", step: 2)), (0, .state(.running)),
            (1, .quality(QualityReport(value: 0.5, places: ["Emberford", "Hollow"], deaths: 0))),
            (2, .stuck(.detected(similarity: 0.99, repeats: 4))), (3, .stuck(.recovering(action: .jump, attempt: 1))),
            (4, .stuck(.judged(recovered: true, change: 0.4))),
            (5, .account(.sent(.plan))),
            (6, .account(.ended(.plan, .answered, cost: Money(nanodollars: 1_500_000_000), unreported: .zero))),
            (7, .account(.sent(.interpretation))),
            (8, .quality(QualityReport(value: 0.5, places: ["Emberford", "Hollow"], deaths: 1))), (9, .occupancy(pool)),
        ])
    }

    static func ended(_ reason: StopReason = .key) -> [EngineEvent] {
        let names = ["game input", "video interpreter"]
        let receipts = names.enumerated().map { id, name in
            Receipt(resource: ResourceID(id), name: name, step: id + 1, result: .closed, duration: 0.01)
        }
        return playing() + events(receipts.map { (10, .closed($0)) } + [(10, .audited(Audit())), (10, .ended(reason))])
    }
}
