import Record

/// Decides which events become lines of their own. All others are told by the samples: what is dense, what nobody
/// looks at one by one, and decisions beyond so many a second. A value: the same events give the same lines.
package struct JournalFold: Sendable {
    /// Lines a second of what comes in masses, over the long run, and at once.
    static let rate = 8.0
    static let burst = 24.0

    private var allowance = Self.burst
    private var allowedAt = 0.0
    private var progress = (deaths: 0, kills: 0, places: 0, people: 0, level: 0)

    package init() {}

    /// Whether an event is written as a line.
    package mutating func takes(_ event: EngineEvent) -> Bool {
        switch event.kind {
        case .started, .state, .notice, .speed, .dryRun, .resting, .perspectives, .armed, .closing, .closed,
            .audited, .ended, .endpointRecovered, .loopFailed, .loopRestarted, .loopDead, .learnerResumed:
            true
        case .decided, .stuck, .endpointFailing: admits(event.time)
        // What went as it should is told by the next sample.
        case .acted(let outcome): outcome.fate.isTrouble && admits(event.time)
        case .interpretationEnded(let done): done.end?.isTrouble == true && admits(event.time)
        case .account(.held), .account(.heldKind), .account(.silent): admits(event.time)
        // Money is never left to the samples.
        case .account(.ended(_, _, let cost, let unreported)): (cost ?? .zero) > .zero || unreported > .zero
        case .quality(let report): isProgress(report) && admits(event.time)
        case .journal(let status): status.trouble != nil
        case .account(.sent), .beat, .perceived, .skipped, .verified, .lesson, .interpretationStarted,
            .interpretationText, .frameDropped, .consulted, .intent, .planned, .spent, .spoken, .unspoken, .voice,
            .occupancy:
            false
        }
    }

    /// Whether an event is one of many, of which some may go where there is no room for all. Every mark that somebody
    /// looks for, and all that costs money, is none.
    package static func isDetail(_ event: EngineEvent) -> Bool {
        switch event.kind {
        case .decided: true
        case .acted(let outcome): if case .failed = outcome.fate { false } else { true }
        default: false
        }
    }

    /// Whether an event must be on the disk before the next second.
    package static func isUrgent(_ event: EngineEvent) -> Bool {
        switch event.kind {
        case .account(.ended(_, _, let cost?, _)): cost > .zero
        // What is open is known however soon the program is killed.
        case .armed, .closed, .audited, .ended: true
        default: false
        }
    }

    /// A token bucket over the events' own time.
    private mutating func admits(_ time: Double) -> Bool {
        allowance = min(Self.burst, allowance + max(0, time - allowedAt) * Self.rate)
        allowedAt = max(allowedAt, time)
        guard allowance >= 1 else { return false }
        allowance -= 1
        return true
    }

    private mutating func isProgress(_ report: QualityReport) -> Bool {
        let now = (
            deaths: report.deaths, kills: report.kills, places: report.places.count, people: report.peopleMet,
            level: report.level ?? progress.level
        )
        defer { progress = now }
        return now != progress
    }
}

extension ActionFate {
    fileprivate var isTrouble: Bool {
        switch self {
        case .executed, .dryRun: false
        case .refused, .interrupted, .failed: true
        }
    }
}

extension InterpretationEnd {
    fileprivate var isTrouble: Bool { if case .finished = self { false } else { true } }
}
