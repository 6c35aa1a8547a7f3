
@testable import Basics
@testable import Engine
@testable import Record
@testable import Vision

/// Short ways to make the values that gameplay tests are about.
enum Samples {
    static let keys: KeyTable = {
        do { return try KeyTable(named: "embedded", assets: Assets(root: assetsRoot)) } catch {
            preconditionFailure("\(error)")
        }
    }()

    /// The assets of this checkout, found from where this file is.
    static let assetsRoot: String = {
        let parts = #filePath.split(separator: "/").dropLast(4)
        return "/" + parts.joined(separator: "/") + "/assets"
    }()

    static func reading(
        _ scene: SceneKind = .wilderness, frame: UInt64 = 1, health: Double? = 100,
        _ change: (inout Reading) -> Void = { _ in }
    ) -> Reading {
        var reading = Reading()
        reading.frame = frame
        reading.scene = scene
        reading.confidence = 0.9
        reading.health = health
        reading.magicka = 100
        reading.stamina = 100
        reading.thumbnail = view(0)
        change(&reading)
        return reading
    }

    /// A picture of its own for each number; different numbers correlate weakly.
    static func view(_ number: UInt64) -> [Float] {
        var random = SeededGenerator(seed: number &* 7919 &+ 1)
        return (0..<144).map { _ in Float(random.unit() * 255) }
    }

    static func decision(
        _ action: ActionKind, id: Int = 1, _ priority: Priority = .normal, source: DecisionSource = .heuristic,
        scene: SceneKind = .wilderness, frame: UInt64 = 1
    ) -> Decision {
        Decision(
            id: id, action: action, source: source, priority: priority, reason: "because", frame: frame, scene: scene)
    }
}
