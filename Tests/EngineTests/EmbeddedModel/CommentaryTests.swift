import FoundationEssentials
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Engine
@testable import Vision

@Suite(.shared) struct CommentaryTests {
    private func reading(_ change: (inout Reading) -> Void = { _ in }) -> Reading {
        var reading = Reading()
        reading.confidence = 0.9
        reading.health = 80
        reading.magicka = 70
        reading.stamina = 60
        change(&reading)
        return reading
    }

    private func text(
        _ perspective: Perspective, _ now: Reading, before: Reading? = nil, _ belongings: Belongings = .init(),
        seed: UInt64 = 1
    ) -> String {
        var wording = Wording(seed: seed)
        let observation = Observation(now: now, before: before, belongings: belongings)
        return Commentary(observation).text(perspective, wording: &wording)
    }

    private func sentences(_ text: String) -> Int { text.split(separator: " ").count { $0.hasSuffix(".") } }

    /// Readings of many kinds, each with the one before it or none.
    private var situations: [(now: Reading, before: Reading?)] {
        var random = SeededGenerator(seed: 7)
        func chance() -> Bool { .random(using: &random) }
        func number(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &random) }
        func maybe(_ range: ClosedRange<Double>) -> Double? { chance() ? number(range) : nil }
        func any() -> Reading {
            reading {
                $0.scene = SceneKind.allCases.randomElement(using: &random) ?? .city
                $0.confidence = number(0.3...1)
                ($0.health, $0.magicka, $0.stamina) = (maybe(0...100), maybe(0...100), maybe(0...100))
                $0.enemies = .random(in: 0...3, using: &random)
                ($0.enemyBearing, $0.rumourBearing, $0.innBearing) = (maybe(-90...90), maybe(-90...90), maybe(-90...90))
                ($0.targetHealth, $0.similarity) = (maybe(0...100), maybe(-1...1))
                ($0.sneaking, $0.prompt, $0.isNight, $0.blocked) = (chance(), chance(), chance(), chance())
                $0.detection = number(0...1)
                $0.toast = chance() ? "RIVER WATCH" : ""
            }
        }
        return (0..<300).map { _ in (any(), chance() ? any() : nil) }
    }

    @Test("every perspective says two to five sentences about anything", arguments: Perspective.allCases)
    func length(_ perspective: Perspective) {
        for (now, before) in situations {
            let text = text(perspective, now, before: before)
            #expect((2...5).contains(sentences(text)), "\(text)")
            #expect(!text.contains("nil") && !text.contains("Optional") && !text.contains("  "), "\(text)")
        }
    }

    @Test("a figure in the text is a figure of the readings", arguments: Perspective.allCases)
    func honesty(_ perspective: Perspective) {
        for (now, before) in situations {
            var known: Set<Int> = [Int((now.confidence * 100).rounded())]
            for bar in [\Reading.health, \.magicka, \.stamina, \.targetHealth] {
                let values = [now[keyPath: bar], before?[keyPath: bar]].compactMap { $0 }
                known.formUnion(values.map { Int($0.rounded()) })
                if values.count == 2 { known.insert(Int(abs(values[0] - values[1]).rounded())) }
            }
            let text = text(perspective, now, before: before)
            let figures = text.split { !$0.isNumber }.compactMap { Int($0) }
            #expect(figures.allSatisfy(known.contains), "\(text) \(now)")
        }
    }

    @Test("what was not read is not claimed")
    func unknownStaysUnknown() {
        let blind = reading { ($0.health, $0.magicka, $0.stamina) = (nil, nil, nil) }
        for seed in 0..<20 as Range<UInt64> {
            let text = text(.tactical, blind, seed: seed)
            #expect(text.contains("unknown") || text.contains("not visible"), "\(text)")
        }
    }

    @Test("behind a page that covers the world nothing is claimed", arguments: [SceneKind.inventory, .map])
    func hiddenWorld(page: SceneKind) {
        let now = reading { $0.scene = page }
        let fight = reading { ($0.scene, $0.enemies) = (.combat, 2) }
        for perspective in Perspective.allCases {
            for seed in 0..<20 as Range<UInt64> {
                let text = text(perspective, now, before: fight, seed: seed).lowercased()
                let claims = ["quiet", "calm", "clear", "gone", "no place", "no goal", "nothing in the picture", "free"]
                #expect(!claims.contains(where: text.contains), "\(text)")
            }
        }
    }

    @Test("the same seed says the same, and repeated looks vary the wording")
    func wording() {
        let still = reading()
        #expect(text(.narrative, still, seed: 4) == text(.narrative, still, seed: 4))
        var wording = Wording(seed: 4)
        let observation = Observation(now: still, before: still)
        let texts = (0..<12).map { _ in Commentary(observation).text(.comprehensive, wording: &wording) }
        #expect(zip(texts, texts.dropFirst()).allSatisfy { $0 != $1 })
        #expect(Set(texts).count > 6)
    }

    @Test("damage, new enemies, a changed scene and a message are told", arguments: 0..<10 as Range<UInt64>)
    func changes(seed: UInt64) {
        let calm = reading()
        let fight = reading {
            $0.scene = .combat
            $0.health = 55
            $0.enemies = 2
            $0.enemyBearing = 50
        }
        let tactical = text(.tactical, fight, before: calm, seed: seed)
        #expect(tactical.contains("two hostile marks") || tactical.contains("Two hostile marks"))
        #expect(tactical.contains("to the right") && tactical.contains("55%"))
        #expect(text(.comprehensive, fight, before: calm, seed: seed).contains("open country"))
        let named = reading { $0.toast = "RIVER WATCH" }
        #expect(text(.narrative, named, before: calm, seed: seed).contains("RIVER WATCH"))
        #expect(!text(.narrative, named, before: named, seed: seed).contains("RIVER WATCH"))
        #expect(text(.spatial, reading { $0.innBearing = -50 }, seed: seed).contains("to the left"))
        #expect(text(.strategic, calm, Belongings(potions: 3, gold: 40), seed: seed).contains("three potions, 40 gold"))
    }
}

@Suite(.shared) struct PromptTests {
    private func prompt(_ name: String) throws -> String {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        return try Assets(root: "/\(root)/assets").text("prompts/\(name).txt")
    }

    @Test("every perspective has a prompt that names it in its first line", arguments: Perspective.allCases)
    func perspectives(_ perspective: Perspective) throws {
        let text = try prompt(perspective.rawValue)
        #expect(text.hasPrefix("Perspective: \(perspective.rawValue)\n"))
        #expect(Perspective(system: [text], prompts: ["Give a tactical and strategic view."]) == perspective)
    }

    @Test("the planner's prompt explains every intent")
    func planner() throws {
        let text = try prompt("planner")
        for kind in Intent.Kind.allCases { #expect(text.contains("- \(kind.rawValue):")) }
    }

    @Test("a perspective is recognised in the prompt too, and is comprehensive when none is named")
    func recognition() {
        #expect(Perspective(system: [], prompts: ["A Tactical view, please"]) == .tactical)
        #expect(Perspective(system: ["Be brief.\nBe spatial."], prompts: ["narrative"]) == .spatial)
        #expect(Perspective(system: [], prompts: ["Describe this."]) == .comprehensive)
    }
}
