import Testing

@testable import Canvas
@testable import Dashboard

@Suite("Layout", .shared)
struct LayoutTests {
    @Test("at every size panels lie inside, do not overlap, and leave no row unused", arguments: 1...70)
    func everySize(height: Int) {
        for width in 1...250 {
            for closing in [false, true] {
                let size = Size(width, height)
                let layout = Layout(size, focus: .loops, closing: closing)
                check(layout, size)
                check(Layout(size, focus: .cleanup, zoomed: true, closing: closing), size)
            }
        }
    }

    private func check(_ layout: Layout, _ size: Size) {
        guard layout.tier != .tooSmall else {
            #expect(layout.panels.isEmpty && (size.width < 40 || size.height < 10))
            return
        }
        let rects = Array(layout.panels.values) + [layout.header, layout.footer]
        let area = rects.reduce(0) { $0 + $1.width * $1.height }
        var isSound = area == size.width * size.height
        for (index, rect) in rects.enumerated() {
            isSound = isSound && Rect(size).contains(rect) && !rect.isEmpty
            for other in rects.dropFirst(index + 1) { isSound = isSound && rect.intersection(other).isEmpty }
        }
        for rect in layout.panels.values { isSound = isSound && rect.height >= 5 && rect.width >= 20 }
        #expect(isSound, "\(size) \(layout)")
    }

    @Test("what is shown depends on the size alone, then on focus and zoom")
    func tiers() {
        #expect(Layout.tier(of: Size(120, 32)) == .wide)
        #expect(Layout.tier(of: Size(119, 32)) == .compact)
        #expect(Layout.tier(of: Size(80, 24)) == .compact)
        #expect(Layout.tier(of: Size(80, 23)) == .single)
        #expect(Layout.tier(of: Size(40, 10)) == .single)
        #expect(Layout.tier(of: Size(39, 10)) == .tooSmall)
        #expect(Layout(Size(120, 36)).panels.count == PanelID.allCases.count)
        #expect(Layout(Size(80, 24)).panels.count == PanelID.allCases.count)
        #expect(Array(Layout(Size(60, 20), focus: .decisions).panels.keys) == [.decisions])
        #expect(Array(Layout(Size(200, 50), focus: .picture, zoomed: true).panels.keys) == [.picture])
    }

    @Test("the cleanup panel grows while the session is being closed", arguments: [Size(120, 36), Size(80, 24)])
    func closing(size: Size) {
        let before = Layout(size).panels[.cleanup]?.height ?? 0
        let after = Layout(size, closing: true).panels[.cleanup]?.height ?? 0
        #expect(after > before)
    }

    @Test("a smaller terminal gets one line that says so, clipped to what there is")
    func tooSmall() {
        for (width, height) in [(1, 1), (12, 1), (39, 9), (32, 8), (5, 70)] {
            var state = DashboardState()
            let canvas = state.compose(
                Script.running(), frame: nil, now: 1, size: Size(width, height), look: .unicode)
            #expect(canvas.rows.count == height)
        }
        var canvas = Canvas(Size(32, 8))
        TooSmallScreen.draw(into: &canvas)
        #expect(canvas.rows[4] == "     need 40x10, have 32x8      ")
    }
}
