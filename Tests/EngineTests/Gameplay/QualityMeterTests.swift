import Testing

@testable import Basics
@testable import Engine
@testable import Vision

@Suite("The quality meter", .shared)
struct QualityMeterTests {
    @Test("leaves out what was never seen and says how much was")
    func coverage() {
        var meter = QualityMeter()
        let blind = meter.report
        meter.observe(Samples.reading(health: 100), toast: nil)
        let seeing = meter.report
        #expect(seeing.coverage > blind.coverage)
        meter.observe(
            Samples.reading(.inventory) {
                $0.gold = 75
                $0.potions = 5
                $0.level = 3
            }, toast: nil)
        #expect(meter.report.coverage > seeing.coverage)
        #expect(meter.report.coverage < 1)
        #expect(meter.report.level == 3)
    }

    @Test("survival weighs three tenths: health, less while hunted")
    func survival() {
        var well = QualityMeter()
        well.observe(Samples.reading(health: 100), toast: nil)
        var hurt = QualityMeter()
        hurt.observe(Samples.reading(health: 50), toast: nil)
        var hunted = QualityMeter()
        hunted.observe(Samples.reading(.combat, health: 100) { $0.enemies = 1 }, toast: nil)
        let share = 0.30 / well.report.coverage
        #expect(abs(well.report.value - hurt.report.value - share * 0.5) < 1e-9)
        #expect(abs(well.report.value - hunted.report.value - share * 0.3) < 1e-9)
    }

    @Test("toasts give places, kills, levels and deaths; achievements count once")
    func toasts() {
        var meter = QualityMeter()
        for text in ["OLD MILL", "OLD MILL", "WOLF SLAIN", "WOLF SLAIN", "LEVEL 2", "YOU DIED", "MARKED OAKEN INN"] {
            meter.observe(Samples.reading(), toast: ToastLine(text))
        }
        let report = meter.report
        #expect(report.places == ["OLD MILL"])
        #expect(report.kills == 2)
        #expect(report.level == 2)
        #expect(report.deaths == 1)
        #expect(report.achievements == 4)
    }

    @Test("people are told by name; those without a name count as one")
    func people() {
        var meter = QualityMeter()
        meter.met(nil)
        meter.met(nil)
        #expect(meter.report.peopleMet == 1)
        for name in ["HALDA", "BRUN", "HALDA"] {
            meter.observe(Samples.reading(.dialogue) { $0.speaker = name }, toast: nil)
        }
        #expect(meter.report.peopleMet == 2)
    }

    @Test("a line that could not be read whole says nothing", arguments: ["", "OL? MILL"])
    func unreadable(_ text: String) { #expect(ToastLine(text) == nil) }

    @Test("a line is told by its words")
    func lines() {
        #expect(ToastLine("MARKED OLD MILL") == .marked("OLD MILL"))
        #expect(ToastLine("BOUGHT POTION") == .bought)
        #expect(ToastLine("DRAUGR SLAIN") == .slain("DRAUGR"))
        #expect(ToastLine("YOU DIED") == .died)
        #expect(ToastLine("LEVEL 12") == .level(12))
        #expect(ToastLine("HOWLING BARROW") == .place("HOWLING BARROW"))
        #expect(ToastLine("YOU REST") == .other("YOU REST"))
    }
}
