import Testing

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record

@Suite("What is said of model requests and their cost", .shared)
struct AccountLinesTests {
    private func snapshot(
        _ events: [(Double, AccountReport)], _ account: (inout AccountInfo) -> Void = { _ in }
    ) -> Snapshot {
        var snapshot = Script.running()
        var info = snapshot.info
        info.duration = 3600
        account(&info.account)
        snapshot.apply(EngineEvent(time: 0, kind: .started(info)))
        for (time, report) in events { snapshot.apply(EngineEvent(time: time, kind: .account(report))) }
        return snapshot
    }

    private func panel(_ snapshot: Snapshot, now: Double, zoomed: Bool = false, height: Int = 12) -> String {
        var canvas = Canvas(Size(100, height))
        var view = PanelView(now: now)
        view.isZoomed = zoomed
        InterpreterPanel.draw(snapshot, into: &canvas, at: canvas.bounds, view: view)
        return canvas.rows.joined(separator: "\n")
    }

    @Test("a hold counts down, is gone when its time has come, and says who decides meanwhile")
    func countdown() {
        let held = HoldReport(reason: .serverQuota(id: "PerMinute-Free", value: "5"), until: 46)
        let snapshot = snapshot([(10, .held(held))])
        #expect(
            panel(snapshot, now: 20).contains("asks again in 26s: the server asks for patience (PerMinute-Free = 5)"))
        #expect(panel(snapshot, now: 20).contains("tier decides meanwhile: wolf near, left"))
        #expect(!panel(snapshot, now: 46).contains("patience"))
        #expect(!panel(snapshot, now: 46).contains("meanwhile"))
    }

    @Test("an open circuit is in the header too")
    func header() {
        let snapshot = snapshot([(10, .held(HoldReport(reason: .circuitOpen(failures: 5), until: 30)))])
        var canvas = Canvas(Size(120, 1))
        HeaderPanel.draw(snapshot, into: &canvas, at: canvas.bounds, view: PanelView(now: 10))
        #expect(canvas.rows[0].contains("asks again in 20s: circuit open after 5 failures"))
    }

    @Test("a budget that is reached is said, with what was spent")
    func budget() {
        let cap = Money(nanodollars: 5_000_000_000)
        let over = Money(nanodollars: 5_001_000_000)
        let snapshot = snapshot(
            [
                (1, .sent(.interpretation)), (20, .ended(.interpretation, .answered, cost: over, unreported: .zero)),
                (20, .held(HoldReport(reason: .budget(cap), until: nil))),
            ]
        ) { ($0.pricing, $0.budget) = (.known(Price(input: 750, output: 3750), date: "2026-11-22"), cap) }
        let text = panel(snapshot, now: 100)
        #expect(text.contains("budget of $5.00 reached: no more requests"))
        #expect(text.contains("spend $5.00 of $5.00"))
        #expect(panel(snapshot, now: 1e6).contains("budget of $5.00 reached"))
    }

    @Test("spend is shown now, by the hour, by the day and at the end, from what was spent")
    func rates() {
        let snapshot = snapshot(
            [
                (1, .sent(.plan)),
                (50, .ended(.plan, .answered, cost: Money(nanodollars: 20_000_000), unreported: .zero)),
            ]
        ) { $0.pricing = .known(Price(input: 750, output: 3750), date: "2026-11-22") }
        // $0.02 in 100 s is $0.72 an hour; 3500 s are left.
        #expect(panel(snapshot, now: 100).contains("spend $0.0200  $0.72/h  $17.28/day  $0.72 at the end"))
        // Nothing was spent in the last ten minutes.
        #expect(panel(snapshot, now: 700).contains("$0.0000/h"))
    }

    @Test("a model nobody knows the price of is counted in tokens, and free ones cost no row")
    func unknown() {
        let reports: [(Double, AccountReport)] = [
            (1, .sent(.plan)), (2, .ended(.plan, .answered, cost: nil, unreported: .zero)),
        ]
        #expect(panel(snapshot(reports), now: 30).contains("price unknown  340 tokens"))
        #expect(!panel(snapshot(reports) { $0.pricing = .free }, now: 30).contains("spend"))
    }

    @Test("the final statistics hold every request and the spend")
    func final() {
        let snapshot = snapshot([
            (1, .sent(.plan)), (1, .sent(.plan)),
            (2, .ended(.plan, .answered, cost: Money(nanodollars: 20_000_000), unreported: .zero)),
            (36, .ended(.plan, .cancelled, cost: .zero, unreported: Money(nanodollars: 5_000_000))),
        ]) { $0.pricing = .known(Price(input: 750, output: 3750), date: "2026-11-22") }
        let entries = FinalStatistics.account(FinalReport(snapshot).account).entries
        func value(_ label: String) -> String? { entries.first { $0.label == label }?.value }
        #expect(value("Plans") == "sent 2 = 1 answered + 0 failed + 1 cancelled")
        #expect(value("Spend") == "$0.0200, $2.00 an hour on average")
        #expect(value("Not reported") == "at most $0.0050 more, for requests whose usage was not told")
        #expect(value("Price")?.hasSuffix("(as of 2026-11-22)") == true)
        #expect(FinalStatistics.account(FinalReport(Script.running()).account).entries.isEmpty)
    }

    @Test("zoomed, every request is accounted for")
    func accounted() {
        let snapshot = snapshot([
            (1, .sent(.plan)), (1, .sent(.plan)), (1, .sent(.plan)), (1, .sent(.plan)),
            (2, .ended(.plan, .answered, cost: nil, unreported: .zero)),
            (2, .ended(.plan, .failed(.quota), cost: nil, unreported: .zero)),
            (2, .ended(.plan, .cancelled, cost: nil, unreported: .zero)),
        ])
        #expect(
            panel(snapshot, now: 30, zoomed: true, height: 24)
                .contains("sent 4 = 1 answered + 1 failed (quota 1) + 1 cancelled + 1 under way"))
    }
}
