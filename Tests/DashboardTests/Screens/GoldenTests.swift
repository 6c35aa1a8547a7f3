import Connections
import Testing
import Vision

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record
@testable import Terminal

@Suite("Golden frames", .shared)
struct GoldenTests {
    private let view = PanelView(now: 10)

    @Test("loops show rate, silence and latencies; a late one is marked, a resting one is calm")
    func loops() throws {
        let snapshot = Script.running()
        try Golden.expect("loops", Size(56, 6)) { LoopsPanel.draw(snapshot, into: &$0, at: $0.bounds, view: view) }
    }

    @Test("every lane has its row below its host, with phase, age against its budget and bytes")
    func connections() throws {
        let snapshot = Script.running()
        try Golden.expect("connections", Size(60, 15)) {
            ConnectionsPanel.draw(snapshot, into: &$0, at: $0.bounds, view: view)
        }
    }

    @Test("on a narrow terminal the lanes stand in columns, and where even that is too much free ones share a row")
    func narrowConnections() throws {
        let snapshot = Script.running()
        try Golden.expect("connections-40x9", Size(40, 9)) {
            ConnectionsPanel.draw(snapshot, into: &$0, at: $0.bounds, view: view)
        }
        try Golden.expect("connections-40x7", Size(40, 7)) {
            ConnectionsPanel.draw(snapshot, into: &$0, at: $0.bounds, view: view)
        }
    }

    @Test("lanes stand below the host they serve, and stay there when they are free")
    func twoHosts() throws {
        var snapshot = Script.running()
        var pool = snapshot.occupancy
        let other = Origin(scheme: .https, host: "generativelanguage.googleapis.com", port: 443)
        for (index, phase) in [(1, Phase.handshaking), (2, .sending), (5, .closing), (6, .connecting)] {
            pool.lanes[index].phase = phase
            pool.lanes[index].origin = other
            pool.lanes[index].age = Double(index) * 1.6
            pool.lanes[index].request = 40 + UInt64(index)
        }
        pool.origins[other.description] = .init()
        pool.origins[other.description]?.opened = 7
        pool.origins[other.description]?.failed = 1
        snapshot.apply(EngineEvent(time: 9.8, kind: .occupancy(pool)))
        pool.lanes[0] = Occupancy.Lane(index: 0)
        pool.lanes[2] = Occupancy.Lane(index: 2)
        snapshot.apply(EngineEvent(time: 9.9, kind: .occupancy(pool)))
        try Golden.expect("connections-two-hosts", Size(80, 17)) {
            ConnectionsPanel.draw(snapshot, into: &$0, at: $0.bounds, view: view)
        }
    }

    @Test(
        "the whole screen",
        arguments: [(120, 36), (120, 32), (100, 30), (80, 24), (60, 16), (40, 10), (20, 5)])
    func screens(width: Int, height: Int) throws {
        let snapshot = Script.running(decisions: 30)
        try Golden.expect("screen-\(width)x\(height)", Size(width, height)) { canvas in
            var state = DashboardState()
            canvas = state.compose(snapshot, frame: nil, now: 10, size: canvas.size, look: canvas.look)
        }
    }

    @Test(
        "the bytes in 24 bits: of the whole screen, and of what changes within a second",
        arguments: [(120, 36), (80, 24), (40, 10)], ["dark", "light"])
    func direct(size: (Int, Int), name: String) throws {
        let theme = try #require(Theme.builtIn.first { $0.name == name })
        var state = DashboardState()
        func frame(_ snapshot: Snapshot, _ sequence: UInt64, now: Double) -> Canvas {
            // A slope of every channel, and a bar that moves.
            let rgb = (0..<32 * 20).flatMap { index -> [UInt8] in
                let (x, y) = (index % 32, index / 32)
                return x / 4 == Int(sequence) % 8 ? [240, 200, 40] : [UInt8(x * 7), UInt8(y * 12), UInt8(200 - x * 4)]
            }
            let picture = Frame(width: 32, height: 20, rgb: rgb, sequence: sequence, capturedAt: .now)
            return state.compose(
                snapshot, frame: picture, now: now, size: Size(size.0, size.1), look: Look(depth: .direct))
        }
        let frames = [
            frame(Script.running(decisions: 30), 1, now: 10), frame(Script.running(decisions: 31), 2, now: 11),
        ]
        try Golden.expectBytes("direct-\(name)-\(size.0)x\(size.1)", frames, theme)
    }

    @Test("the screen while everything is closed, and while a person drives")
    func states() throws {
        for (name, snapshot) in [("stopping", Script.stopping()), ("driving", Script.driving())] {
            try Golden.expect("screen-\(name)-80x24", Size(80, 24)) { canvas in
                var state = DashboardState()
                canvas = state.compose(snapshot, frame: nil, now: 11.1, size: canvas.size, look: canvas.look)
            }
        }
    }

    @Test("what lies over the screen: the keys, a decision, a filter with a chosen line and a toast")
    func overlays() throws {
        var snapshot = Script.running(decisions: 30)
        snapshot.apply(EngineEvent(time: 9.9, kind: .notice("the game takes no keys: the window is gone")))
        let keys: [(String, Size, [Key])] = [
            ("help-120x36", Size(120, 36), [.character("?")]), ("help-80x24", Size(80, 24), [.character("?")]),
            ("decision-120x36", Size(120, 36), [.character("5"), .enter]),
            ("decision-60x20", Size(60, 20), [.character("5"), .enter]),
            (
                "filter-80x24", Size(80, 24),
                [.character("/"), .character("m"), .character("e"), .character("n"), .enter, .up, .up]
            ),
        ]
        for (name, size, presses) in keys {
            try Golden.expect(name, size) { canvas in
                var state = DashboardState()
                for key in presses { _ = state.press(key, snapshot: snapshot, now: 10) }
                canvas = state.compose(snapshot, frame: nil, now: 10, size: size, look: canvas.look)
            }
        }
    }
}
