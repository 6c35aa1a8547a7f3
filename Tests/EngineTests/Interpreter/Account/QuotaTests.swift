import Testing

@testable import Basics
@testable import Connections
@testable import Engine

@Suite("Quota", .shared)
struct QuotaTests {
    private let start = ContinuousClock.now
    /// 2026-11-22 20:00 UTC: noon in California, twelve hours before the reset.
    private static let noon: Int64 = 1_795_377_600

    private func quota(rpm: Int? = nil, rpd: Int? = nil, reset: DailyReset = .pacific) -> Quota {
        Quota(
            .init(perMinute: rpm, perDay: rpd), wall: WallClock(unix: Self.noon, at: start), reset: reset, now: start)
    }

    @Test("no more requests than --rpm in any sixty seconds, and the hold ends when the oldest is a minute old")
    func perMinute() {
        var quota = quota(rpm: 3)
        for second in [0, 10, 20] {
            #expect(quota.hold(now: start + .seconds(second)) == nil)
            quota.admitted(now: start + .seconds(second))
        }
        #expect(quota.hold(now: start + .seconds(30)) == Hold(.perMinute(limit: 3), until: start + .seconds(60)))
        #expect(quota.hold(now: start + .milliseconds(59_999)) != nil)
        #expect(quota.hold(now: start + .seconds(60)) == nil)
        quota.admitted(now: start + .seconds(60))
        #expect(quota.hold(now: start + .seconds(60)) == Hold(.perMinute(limit: 3), until: start + .seconds(70)))
    }

    @Test("however requests come, no window of a minute ever holds more than the limit")
    func anyWindow() {
        var quota = quota(rpm: 7)
        var random = SeededGenerator(seed: 5)
        var admitted: [ContinuousClock.Instant] = []
        var now = start
        for _ in 0..<5000 {
            now += .milliseconds(random.integer(in: 0..<15_000))
            if quota.hold(now: now) == nil {
                quota.admitted(now: now)
                admitted.append(now)
            }
        }
        #expect(admitted.count > 1000)
        for (index, instant) in admitted.enumerated().dropFirst(7) {
            #expect(instant - admitted[index - 7] >= .seconds(60))
        }
    }

    @Test("--rpd holds until midnight in California, for Gemini, and then counts anew")
    func perDay() {
        var quota = quota(rpd: 2)
        quota.admitted(now: start)
        #expect(quota.hold(now: start) == nil)
        quota.admitted(now: start)
        let midnight = start + .seconds(12 * 3600)
        #expect(quota.hold(now: start) == Hold(.perDay(limit: 2), until: midnight))
        #expect(quota.hold(now: midnight - .seconds(1)) != nil)
        #expect(quota.hold(now: midnight) == nil)
        quota.admitted(now: midnight)
        #expect(quota.hold(now: midnight) == nil)
    }

    @Test("other days begin at midnight UTC")
    func universalDay() {
        var quota = quota(rpd: 1, reset: .utc)
        quota.admitted(now: start)
        #expect(quota.hold(now: start)?.until == start + .seconds(4 * 3600))
    }

    @Test("a server's daily quota holds until its reset, however short a delay comes with it")
    func serverDay() {
        var quota = quota()
        let signal = QuotaSignal(isDaily: true, retryAfter: .seconds(36), id: "PerDay", value: "20")
        quota.exhausted(signal, delay: .seconds(36), now: start)
        let hold = Hold(.serverDay(id: "PerDay", value: "20"), until: start + .seconds(12 * 3600 + 60))
        #expect(quota.hold(now: start + .seconds(37)) == hold)
        // A later refusal of a request that was under way does not shorten it.
        quota.exhausted(QuotaSignal(isDaily: false), delay: .seconds(1), now: start + .seconds(1))
        #expect(quota.hold(now: start + .seconds(37)) == hold)
        #expect(quota.hold(now: start + .seconds(12 * 3600 + 60)) == nil)
    }

    @Test("a server that resets late costs a quarter of an hour, not another day")
    func lateReset() {
        var quota = quota()
        let signal = QuotaSignal(isDaily: true)
        quota.exhausted(signal, delay: .seconds(1), now: start)
        let asked = start + .seconds(12 * 3600 + 61)
        quota.exhausted(signal, delay: .seconds(1), now: asked)
        #expect(quota.hold(now: asked)?.until == asked + .seconds(900))
        let later = asked + .seconds(900)
        #expect(quota.hold(now: later) == nil)
        quota.exhausted(signal, delay: .seconds(1), now: later)
        #expect(quota.hold(now: later)?.until == start + .seconds(36 * 3600 + 60))
    }

    @Test("of several holds the longest is told")
    func longest() {
        var quota = quota(rpm: 1)
        quota.admitted(now: start)
        quota.exhausted(QuotaSignal(isDaily: false, id: "q"), delay: .seconds(10), now: start)
        #expect(quota.hold(now: start)?.reason == .perMinute(limit: 1))
        quota.exhausted(QuotaSignal(isDaily: false, id: "q"), delay: .seconds(90), now: start)
        #expect(quota.hold(now: start) == Hold(.serverQuota(id: "q", value: nil), until: start + .seconds(90)))
    }
}
