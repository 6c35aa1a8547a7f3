import Basics
import Record
import Synchronization

/// Where every model request is admitted and every one is settled: quotas, the circuit breaker and the budget are kept
/// here for everybody who asks one endpoint, and what happens is told as events.
///
///     let admission = try account.admit(.plan, model: model, size: size)   // throws Hold
///     ...                                                                  // make the request
///     admission.report(usage)                                              // whenever usage is told
///     admission.answered()                                                 // or failed(error), or cancelled()
package final class ModelAccount: Sendable {
    private let hub: EventHub
    private let settings: AccountSettings
    private let wall: WallClock
    private let state: Mutex<State>

    private struct State {
        var core: AccountCore
        var lastID = 0
        var shown: HoldReport?
        var shownOfKind: [RequestKind: HoldReport] = [:]
        /// Kinds of which a failure was told and no recovery since.
        var failing: Set<RequestKind> = []
        var silence: [RequestKind: SilenceWatch] = [:]
        var hasWarned = false
        var observers: [@Sendable () -> Void] = []
    }

    /// `unixTime` is the time of the wall now, in seconds since 1970.
    package init(hub: EventHub, settings: AccountSettings = .init(), unixTime: Int64 = 0, seed: UInt64 = 1) {
        self.hub = hub
        self.settings = settings
        let now = hub.clock.now
        wall = WallClock(unix: unixTime, at: now)
        state = Mutex(
            State(
                core: AccountCore(
                    quota: Quota(settings.limits, wall: wall, reset: settings.reset, now: now),
                    budget: Budget(cap: settings.budget), policy: settings.policy,
                    off: settings.off, seed: seed)))
    }

    /// Admits one request. Call it right before the request; whoever gets an admission must end it.
    /// - Throws: why no request may be made now, and until when where that is known. ``observe(_:)`` tells when to ask
    ///   again where it is not.
    package func admit(_ kind: RequestKind, model: String, size: RequestSize) throws(Hold) -> Admission {
        let now = hub.clock.now
        let reserve = settings.price(of: model, on: day(at: now))?.most(size)
        let result = state.withLock { state -> Result<Admission, Hold> in
            state.lastID += 1
            do throws(Hold) {
                try state.core.admit(kind, state.lastID, reserve: reserve, model: model, now: now)
            } catch {
                show(error, for: kind, &state)
                return .failure(error)
            }
            let isProbe = state.core.breaker.state == .halfOpen(probe: state.lastID)
            if isProbe || kind != .speech { tell(isProbe ? Hold(.probing) : nil, &state) }
            tell(nil, of: kind, &state)
            hub.post(.account(.sent(kind)))
            return .success(
                Admission(self, id: state.lastID, kind: kind, model: model, reserve: reserve, startedAt: now))
        }
        return try result.get()
    }

    /// Until when nothing is asked, as far as that is known: for telling when a loop is due again. Without a kind: of
    /// any kind.
    package func notBefore(_ kind: RequestKind? = nil) -> ContinuousClock.Instant? {
        let now = hub.clock.now
        return state.withLock { $0.core.hold(kind, reserve: .zero, model: "", now: now)?.until }
    }

    /// Adds somebody who is told whenever a request has ended: what could not be admitted before may be now.
    package func observe(_ observer: @escaping @Sendable () -> Void) {
        state.withLock { $0.observers.append(observer) }
    }

    /// Told once for every admission, by itself.
    func end(_ admission: Admission, _ end: Admission.End) {
        let now = hub.clock.now
        let price = settings.price(of: admission.model, answeredBy: end.modelVersion, on: day(at: now))
        let cost = price.map { price in end.usage.map(price.cost) ?? .zero }
        let observers = state.withLock { state in
            let before = state.core.budget.unreported
            state.core.end(
                admission.kind, admission.id, end.verdict, reserve: admission.reserve, cost: cost,
                isComplete: end.isComplete, startedAt: admission.startedAt, now: now)
            // Told under the lock, so that what is told last is what is true; observers of the hub only hand it on.
            if let usage = end.usage { hub.post(.spent(usage)) }
            hub.post(
                .account(
                    .ended(
                        admission.kind, end.outcome, cost: cost, unreported: state.core.budget.unreported - before)))
            tell(end, of: admission.kind, &state)
            warn(&state)
            let (kind, reserve, model) = (admission.kind, admission.reserve, admission.model)
            show(state.core.hold(kind, reserve: reserve, model: model, now: now), for: kind, &state)
            return state.observers
        }
        for observer in observers { observer() }
    }

    private func tell(_ end: Admission.End, of kind: RequestKind, _ state: inout State) {
        switch end.verdict {
        case .works:
            if state.failing.remove(kind) != nil { hub.post(.endpointRecovered(kind)) }
        case .fails, .refuses, .overQuota:
            state.failing.insert(kind)
            if let error = end.error {
                hub.post(.endpointFailing(kind, phase: error.phase, message: error.description))
            }
        case .unknown: break
        }
        let words = end.error?.description ?? end.complaint ?? ""
        switch state.silence[kind, default: SilenceWatch()].ended(end.outcome, words, at: hub.time) {
        case .silent(let silence): hub.post(.account(.silent(kind, silence)))
        case .over: hub.post(.account(.silent(kind, nil)))
        case nil: break
        }
    }

    /// Says once that four fifths of the budget are gone.
    private func warn(_ state: inout State) {
        let budget = state.core.budget
        guard let cap = budget.cap, !state.hasWarned else { return }
        guard (budget.spent + budget.unreported).dollars >= Snapshot.budgetNears * cap.dollars else { return }
        state.hasWarned = true
        hub.post(.notice("80 % of the budget of \(cap) is spent; at \(cap) no more requests are made"))
    }

    /// When a quota of the day that the server says is used up comes back, for the clock and for people.
    func serverReset() -> (at: ContinuousClock.Instant, shown: String) {
        let now = hub.clock.now
        let instant = state.withLock { $0.core.quota.whenServerResets(now) }
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let unix = wall.unix(at: instant)
        return (instant, "\(day(at: instant)) \(two(unix / 3600 % 24)):\(two(unix / 60 % 60)) UTC")
    }

    /// Tells a hold that stands against requests. One that passes with a request under way is not worth telling each
    /// who asks meanwhile; and speech is another model, whose price or whose leave says nothing of the one that is
    /// asked for everything else.
    private func show(_ hold: Hold?, for kind: RequestKind, _ state: inout State) {
        if kind == .speech, hold?.reason.isOfAllModels != true { return }
        if hold?.reason.isPassing == true { return }
        let isOfKind = hold?.kind != nil
        tell(isOfKind ? nil : hold, &state)
        tell(isOfKind ? hold : nil, of: kind, &state)
    }

    /// Tells a hold when it is news.
    private func tell(_ hold: Hold?, _ state: inout State) {
        let report = report(hold)
        guard report != state.shown else { return }
        state.shown = report
        hub.post(.account(.held(report)))
    }

    /// The same of one that stands against a kind alone.
    private func tell(_ hold: Hold?, of kind: RequestKind, _ state: inout State) {
        let report = report(hold)
        guard report != state.shownOfKind[kind] else { return }
        state.shownOfKind[kind] = report
        hub.post(.account(.heldKind(kind, report)))
    }

    private func report(_ hold: Hold?) -> HoldReport? {
        hold.map { HoldReport(reason: $0.reason, until: $0.until.map { hub.start.duration(to: $0).seconds }) }
    }

    /// Prices hold from day to day, by universal time.
    private func day(at now: ContinuousClock.Instant) -> String {
        CivilDate(daysSince1970: DailyReset.utc.day(of: wall.unix(at: now))).description
    }

    /// What is told of the account at the start.
    package func info(model: String) -> AccountInfo { settings.info(model: model, on: day(at: hub.clock.now)) }
}
