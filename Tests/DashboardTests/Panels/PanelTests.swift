import Testing
import Vision

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record

/// Draws one panel alone.
private func render(_ size: Size, _ look: Look, _ draw: (inout Canvas, Rect) -> Void) -> String {
    var canvas = Canvas(size, look: look)
    draw(&canvas, Rect(size))
    return canvas.rows.joined(separator: "\n")
}

/// Whole panels, as they are drawn: with Unicode glyphs and in pure ASCII.
@Suite("Panels", .shared)
struct PanelTests {
    private let snapshot = Script.running()
    private let view = PanelView(now: 10)

    @Test("the header says state, cycles, mode, game, speed, model and time")
    func header() {
        func drawn(_ look: Look) -> String {
            render(Size(100, 1), look) { HeaderPanel.draw(snapshot, into: &$0, at: $1, view: PanelView(now: 9)) }
        }
        // One column is free at its end.
        #expect(
            drawn(.unicode) == """
                 ◉ RUNNING  cycles 3  │ parallel  │ embedded world, seed 7  │ 1x  │ gemini-2.5-flash @ h…  00:00:09
                """ + " ")
        #expect(
            drawn(.ascii) == """
                 * RUNNING  cycles 3  | parallel  | embedded world, seed 7  | 1x  | gemini-2.5-flash @ h~  00:00:09
                """ + " ")
    }

    @Test("every perspective has its newest text, and the voice its line")
    func interpreter() {
        func drawn(_ look: Look) -> String {
            render(Size(46, 9), look) { InterpreterPanel.draw(snapshot, into: &$0, at: $1, view: view) }
        }
        #expect(
            drawn(.unicode) == """
                ╭─┐⁴interpreter tactical narrative┌──────────╮
                │ tactical #800 first 400ms ✓ 1.50s          │
                │ Two wolves close in from the left.         │
                │                                            │
                │ narrative #810 first 400ms ↓ streaming     │
                │ Night falls over Emberford▌                │
                │                                            │
                │ ♪ Wolves, left.                            │
                ╰─┘first piece 400ms tokens 340└─────────────╯
                """)
        #expect(
            drawn(.ascii) == """
                +-[4interpreter tactical narrative]----------+
                | tactical #800 first 400ms + 1.50s          |
                | Two wolves close in from the left.         |
                |                                            |
                | narrative #810 first 400ms v streaming     |
                | Night falls over Emberford_                |
                |                                            |
                | " Wolves, left.                            |
                +-[first piece 400ms tokens 340]-------------+
                """)
    }

    @Test("a decision shows source, action, reason, age of the picture and what came of it")
    func decisions() {
        func drawn(_ look: Look) -> String {
            render(Size(60, 5), look) { DecisionsPanel.draw(snapshot, into: &$0, at: $1, view: view) }
        }
        #expect(
            drawn(.unicode) == """
                ╭─┐⁵decisions 2 done┌──────────────────────────────────────╮
                │00:09.0 rule   moveForward   wolf near, left   42ms old ✗ │
                │00:09.0 stuck  openMap       refused: menu …   42ms old ⊘ │
                │00:09.0 model  attack        wolf near, left   42ms old ✓ │
                ╰─┘verified 1 no effect 1 unverifiable 0└──────┘refused 1└─╯
                """)
        #expect(
            drawn(.ascii) == """
                +-[5decisions 2 done]--------------------------------------+
                |00:09.0 rule   moveForward   wolf near, left   42ms old x |
                |00:09.0 stuck  openMap       refused: menu ~   42ms old / |
                |00:09.0 model  attack        wolf near, left   42ms old + |
                +-[verified 1 no effect 1 unverifiable 0]------[refused 1]-+
                """)
    }

    @Test("vitals that were not seen say so")
    func picture() {
        func drawn(_ look: Look) -> String {
            render(Size(40, 11), look) { PicturePanel.draw(snapshot, into: &$0, at: $1, view: view) }
        }
        #expect(
            drawn(.unicode) == """
                ╭─┐¹picture┌───────────────────────────╮
                │ no frame yet           hp ■■■■□□□  62│
                │                        mp ???????   ?│
                │                        sp ■■□□□□□  25│
                │                        combat 93%    │
                │                        enemies 2     │
                │                        place unknown │
                │                        intent none   │
                │                        ✓ not stuck   │
                │                        quality -     │
                ╰─┘read #812 1.0s ago└─────────────────╯
                """)
        #expect(
            drawn(.ascii) == """
                +-[1picture]---------------------------+
                | no frame yet           hp ####...  62|
                |                        mp ???????   ?|
                |                        sp ##.....  25|
                |                        combat 93%    |
                |                        enemies 2     |
                |                        place unknown |
                |                        intent none   |
                |                        + not stuck   |
                |                        quality -     |
                +-[read #812 1.0s ago]-----------------+
                """)
    }

    @Test("a game that has armour and ammunition shows those")
    func otherVitals() {
        var (snapshot, reading) = (snapshot, Reading())
        (reading.health, reading.armour, reading.ammunition) = (79, 50, 48)
        snapshot.apply(EngineEvent(time: 10, kind: .perceived(reading, latency: 0.001)))
        let text = render(Size(40, 6), .unicode) { PicturePanel.draw(snapshot, into: &$0, at: $1, view: view) }
        #expect(text.contains("hp ■■■■■■□  79") && text.contains("ar ■■■■□□□  50") && text.contains("ammo 48"))
        #expect(!text.contains("mp ") && !text.contains("sp "))
    }

    @Test("a picture that stands still is not called moving, and an intent says what its seconds are")
    func vitals() {
        var snapshot = snapshot
        snapshot.apply(
            EngineEvent(
                time: 10, kind: .intent(Intent(kind: .heal, reason: "hurt", frame: 9, gameTime: 0, lifetime: 17))))
        let text = render(Size(60, 12), .unicode) { PicturePanel.draw(snapshot, into: &$0, at: $1, view: view) }
        #expect(text.contains("✓ not stuck same 0.41") && !text.contains("moving"))
        #expect(text.contains("intent heal 17s left"))
    }

    @Test("every resource says where its closing stands")
    func cleanup() {
        func drawn(_ look: Look) -> String {
            render(Size(44, 6), look) {
                CleanupPanel.draw(Script.stopping(), into: &$0, at: $1, view: PanelView(now: 11.04))
            }
        }
        #expect(
            drawn(.unicode) == """
                ╭─┐⁶cleanup 2/4 closed┌────────────────────╮
                │ ○ game input           closed in 2.0ms   │
                │ ! video interpre… timed out after 250ms  │
                │ ◐ voice system         closing 40ms      │
                │ ● journal              armed             │
                ╰─┘top to bottom└──────────────────────────╯
                """)
        #expect(
            drawn(.ascii) == """
                +-[6cleanup 2/4 closed]--------------------+
                | . game input           closed in 2.0ms   |
                | ! video interpre~ timed out after 250ms  |
                | ~ voice system         closing 40ms      |
                | o journal              armed             |
                +-[top to bottom]--------------------------+
                """)
    }

    @Test("the footer names the keys that matter")
    func footer() {
        func drawn(_ look: Look) -> String {
            render(Size(80, 1), look) { FooterPanel.draw(snapshot, into: &$0, at: $1) }
        }
        #expect(
            drawn(.unicode) == """
                 q stop  space pause  . step  t take over  ! panic  i mode  Tab focus  ? help  \u{20}
                """)
        #expect(
            drawn(.ascii) == """
                 q stop  space pause  . step  t take over  ! panic  i mode  Tab focus  ? help  \u{20}
                """)
    }
}
