import Engine
import Record

@testable import Basics
@testable import Connections

/// An account on a clock that the test drives.
struct AccountBench {
    let clock = ManualClock()
    let hub: EventHub
    let log: EventLog
    let account: ModelAccount
    /// 2026-11-22 20:00 UTC: noon in California.
    static let noon: Int64 = 1_795_377_600
    static let size = RequestSize(inputTokens: 1000, outputTokens: 100)

    init(_ change: (inout AccountSettings) -> Void = { _ in }) {
        var settings = AccountSettings()
        change(&settings)
        hub = EventHub(clock: clock)
        log = EventLog(hub)
        account = ModelAccount(hub: hub, settings: settings, unixTime: Self.noon)
    }

    func admit(_ kind: RequestKind = .interpretation) throws(Hold) -> Admission {
        try account.admit(kind, model: "m", size: Self.size)
    }

    /// Why nothing is admitted now; `nil` when a request is, which then counts as cancelled.
    var hold: Hold? {
        do throws(Hold) {
            try admit().cancelled()
            return nil
        } catch {
            return error
        }
    }

    /// Leave for one request that nobody counts.
    static func leave() -> Admission {
        do { return try AccountBench().admit() } catch { fatalError("an account without limits admits: \(error)") }
    }
}
