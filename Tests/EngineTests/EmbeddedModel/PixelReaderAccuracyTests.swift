@testable import Engine

import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Games
@testable import Vision

@Suite("Pixel reader: against the truth", .shared)
struct PixelReaderAccuracyTests {
    @Test("Over three seeds at least 95 % of the scenes are named right, and the vitals nearly always")
    func accuracy() async {
        var visited: Set<SceneKind> = []
        for seed in UInt64(1)...3 {
            var (world, reader, player) = (World(seed: seed), PixelReader(), ScriptedPlayer(seed: seed))
            var (count, right, healthError, enemyError, nightErrors) = (0, 0, 0.0, 0, 0)
            while world.tick < 4000 {
                let reading = reader.read(world.frame())
                let truth = world.truth
                count += 1
                right += reading.scene == truth.scene ? 1 : 0
                healthError += abs((reading.health ?? -100) - truth.health)
                enemyError += reading.scene.isMenu ? 0 : abs(reading.enemies - truth.enemies)
                nightErrors += reading.isNight == truth.isNight ? 0 : 1
                visited.insert(truth.scene)
                player.choose(reading).perform(in: &world)
            }
            let total = Double(count)
            #expect(Double(right) / total >= 0.95, "seed \(seed): \(right) of \(count)")
            #expect(healthError / total < 0.5, "seed \(seed)")
            #expect(Double(enemyError) / total < 0.05, "seed \(seed)")
            #expect(Double(nightErrors) / total < 0.1, "seed \(seed): \(nightErrors) of \(count)")
            await Task.yield()
        }
        // The embedded world has pages, and no menu.
        #expect(visited == Set(SceneKind.allCases).subtracting([.menu]))
    }

    @Test("A correlation above 0.98 finds 95 % of blocked steps at no more than 3 % false alarms")
    func stuckSeparation() async {
        var (moved, blocked): ([Double], [Double]) = ([], [])
        for seed in UInt64(1)...3 {
            var (world, reader, random) = (World(seed: seed), PixelReader(), SeededGenerator(seed: seed))
            _ = reader.read(world.frame())
            while world.tick < 3000 {
                let before = world.truth
                let choices: [KeyStroke] = [.forward, .forward, .forward, .forward, .turnLeft, .turnRight]
                let stroke = before.scene == .dialogue ? .back : choices[random.integer(in: 0..<choices.count)]
                stroke.perform(in: &world)
                let reading = reader.read(world.frame())
                let after = world.truth
                guard stroke == .forward, before.deaths == after.deaths, let similarity = reading.similarity
                else { continue }
                let way = Trigonometry.length(after.x - before.x, after.y - before.y)
                if way < 0.15 { blocked.append(similarity) } else if way > 1.2 { moved.append(similarity) }
            }
            await Task.yield()
        }
        #expect(moved.count > 100 && blocked.count > 100)
        let alarms = Double(moved.filter { $0 > 0.98 }.count) / Double(moved.count)
        let found = Double(blocked.filter { $0 > 0.98 }.count) / Double(blocked.count)
        #expect(alarms <= 0.03, "\(moved.count) moved")
        #expect(found >= 0.95, "\(blocked.count) blocked")
    }
}
