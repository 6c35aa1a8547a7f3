import Games
import Testing

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record
@testable import Terminal

@Suite("Keys that are announced", .shared)
struct KeyHintsTests {
    private func snapshot(_ state: SessionState) -> Snapshot {
        var snapshot = Script.running(decisions: 40)
        snapshot.apply(EngineEvent(time: 10, kind: .state(state)))
        return snapshot
    }

    private func rows(_ state: inout DashboardState, _ snapshot: Snapshot, _ size: Size = Size(120, 36)) -> [String] {
        state.compose(snapshot, frame: nil, now: 20, size: size, look: .unicode).rows
    }

    @Test("while a person drives no border names a key that goes to the game")
    func driving() {
        var state = DashboardState()
        for key in [Key.character("5"), .up, .up] { _ = state.press(key, snapshot: snapshot(.running), now: 9) }
        #expect(rows(&state, snapshot(.running)).contains { $0.contains("1 newer, f follows") })
        let text = rows(&state, snapshot(.operatorDrives)).joined(separator: "\n")
        for key in ["z zoom", "space pause", "/ filter", "Enter open", "i mode", "f follows"] {
            #expect(!text.contains(key), "\(key)")
        }
        #expect(text.contains("q stop") && text.contains("1 newer"))
    }

    @Test("while a person drives, the keys that the help names for itself scroll and close it, and the game gets none")
    func helpWhileDriving() {
        var state = DashboardState()
        let driving = snapshot(.operatorDrives)
        let size = Size(80, 24)
        #expect(state.press(.character("?"), snapshot: driving, now: 10).isEmpty)
        #expect(rows(&state, driving, size).last?.contains("q close") == true)
        #expect(state.press(.character("j"), snapshot: driving, now: 10.1).isEmpty)
        #expect(state.view.overlayScroll == 1)
        #expect(state.press(.character("w"), snapshot: driving, now: 10.2) == [.send(.operatorInput(.press(.w)))])
        #expect(state.press(.escape, snapshot: driving, now: 10.3).isEmpty)
        #expect(!state.view.isHelpOpen)
        #expect(state.press(.character("j"), snapshot: driving, now: 10.4) == [.send(.operatorInput(.press(.j)))])
        #expect(!state.tick(now: 12).contains(.send(.operatorInput(.press(.escape)))))
    }

    @Test("space resumes wherever it does, and what does nothing now is not offered")
    func byState() {
        for (session, word) in [(SessionState.paused, "resume"), (.held, "resume"), (.running, "pause")] {
            var state = DashboardState()
            let rows = rows(&state, snapshot(session))
            let loops = rows.first { $0.contains("³loops") } ?? ""
            #expect(loops.contains("space \(word)"), "\(session)")
            #expect(rows.last?.contains("space \(word)") == true)
            #expect(rows.last?.contains(". step") == (session != .held))
        }
        var state = DashboardState()
        _ = state.press(.character("z"), snapshot: snapshot(.running), now: 1)
        let zoomed = rows(&state, snapshot(.running))
        #expect(zoomed[1].contains("z all panels") && !zoomed[1].contains("z zoom"))
    }
}
