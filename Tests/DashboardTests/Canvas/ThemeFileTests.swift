import ArgumentParser
import Basics
import Engine
import FoundationEssentials
import Testing

@testable import Canvas
@testable import Dashboard

@Suite("Theme files", .shared)
struct ThemeFileTests {
    @Test("a file says what differs from its base")
    func reading() throws {
        let theme = try ThemeFile.parse(
            """
            # A comment, and a blank line.

            base = light
            background = #000000
            title = 123 bold underline
              dim=default dim
            good = #ff0000
            health = #aa0000 #ffaa00 bold
            """, name: "mine")
        #expect(theme.name == "mine" && theme.background == .rgb(RGB(0, 0, 0)))
        #expect(theme.entries[.title] == Theme.Entry(color: 123, basic: 6, attributes: [.bold, .underline]))
        #expect(theme.entries[.dim] == Theme.Entry(color: -1, basic: -1, attributes: .dim))
        #expect(theme.entries[.good] == Theme.Entry(color: .rgb(RGB(255, 0, 0)), basic: 1))
        #expect(
            theme.entries[.health]
                == Theme.Entry(
                    color: .rgb(RGB(170, 0, 0)), end: .rgb(RGB(255, 170, 0)), basic: 1, attributes: .bold))
        #expect(theme.entries[.bad] == Theme.light.entries[.bad])
        #expect(theme.ink(for: .text, depth: .full).background == 16)
        #expect(theme.ink(for: .text, depth: .direct).background == .rgb(RGB(0, 0, 0)))
        #expect(theme.ink(for: .text, depth: .eight).background == .terminal)
    }

    @Test(
        "what cannot be used is named with its line",
        arguments: [
            ("title", 1, "expected 'role = colour'"), ("\n\ntitle =", 3, "'title' has no value"),
            ("titel = 3", 1, "there is no role 'titel'"), ("title = #12345", 1, "'#12345' is no colour"),
            ("title = #12345g", 1, "'#12345g' is no colour"), ("title = 256", 1, "'256' is no colour"),
            ("title = 3 blink", 1, "there is no attribute 'blink'"), ("title = 3 4 5", 1, "there is no attribute '5'"),
            ("title = 3 #12", 1, "'#12' is no colour"), ("title = 3 bold 4", 1, "there is no attribute '4'"),
            ("base = pink", 1, "there is no theme 'pink'"),
            ("dim = 3\nbase = dark", 2, "'base' must come first"), ("dim = 3\n\ndim = 4", 3, "'dim' is said twice"),
            ("picture = 3", 1, "there is no role 'picture'"),
        ])
    func refusing(text: String, line: Int, why: String) {
        #expect {
            try ThemeFile.parse(text, name: "mine")
        } throws: { error in
            (error as? ThemeError)?.line == line && "\(error)".hasPrefix("theme mine, line \(line): \(why)")
        }
    }

    @Test("every theme that comes with the program can be read and has a look for every role and state")
    func shipped() throws {
        let assets = try Assets.find(environment: ["SINGULARIS_ASSETS": Script.assetsRoot])
        let cycle = try DisplayOptions.parse(["--theme", "fjord"]).themes(assets).cycle
        #expect(cycle.current.name == "fjord")
        #expect(cycle.themes.map(\.name) == ["dark", "light", "mono", "contrast", "ember", "fjord", "paper"])
        for theme in cycle.themes where !theme.isMono {
            let states = [Role.good, .warning, .bad].map { theme.ink(for: Style($0), depth: .full) }
            #expect(Set(states).count == 3, "\(theme.name)")
            for role in Role.allCases where role != .picture { #expect(theme.entries[role] != nil) }
            if let background = theme.background {
                let entries = theme.entries.filter { $0.key != .meterRest && $0.key != .border }
                #expect(entries.allSatisfy { $0.value.color != background }, "\(theme.name)")
            }
        }
    }

    @Test("the key goes through all themes and comes back to the first")
    func cycling() {
        var cycle = ThemeCycle([.dark, .light, .mono], first: .light)
        #expect([cycle.next(), cycle.next(), cycle.next()].map(\.name) == ["mono", "dark", "light"])
        var named = Theme.dark
        named.name = "mine"
        #expect(ThemeCycle(first: named).themes.map(\.name) == ["mine", "dark", "light", "mono"])
    }

    @Test("a theme that is neither known nor a file is refused with what there is")
    func unknown() throws {
        let assets = try Assets.find(environment: ["SINGULARIS_ASSETS": Script.assetsRoot])
        #expect {
            try DisplayOptions.parse(["--theme", "nowhere"]).themes(assets)
        } throws: { "\($0)".contains("theme nowhere: it is no file") && "\($0)".contains("dark, light, mono") }
    }

    @Test("a broken theme file blocks only itself: the others are there, and what is wrong with it is told")
    func broken() throws {
        let root = "/tmp/singularis-themes-\(ProcessInfo.processInfo.processIdentifier)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        try FileManager.default.copyItem(atPath: Script.assetsRoot, toPath: root)
        try "titel = 3".write(toFile: root + "/themes/ember.theme", atomically: true, encoding: .utf8)
        let assets = try Assets.find(environment: ["SINGULARIS_ASSETS": root])
        let (cycle, broken) = try DisplayOptions.parse(["--theme", "fjord"]).themes(assets)
        #expect(cycle.themes.map(\.name) == ["dark", "light", "mono", "contrast", "fjord", "paper"])
        #expect(broken.count == 1 && broken[0].hasPrefix("theme ember, line 1: there is no role 'titel'"))
        #expect {
            try DisplayOptions.parse(["--theme", "ember"]).themes(assets)
        } throws: { "\($0)".hasPrefix("theme ember, line 1") }
        // What is built in is there whatever a file of its name holds.
        try "titel = 3".write(toFile: root + "/themes/dark.theme", atomically: true, encoding: .utf8)
        let (builtIn, both) = try DisplayOptions.parse([]).themes(assets)
        #expect(builtIn.current.name == "dark" && both.count == 2)
    }

    @Test("colours that were asked for go before NO_COLOR, and no further than the terminal's but for 24 bits")
    func asked() {
        #expect(ColorDepth.of(colors: 256, environment: ["NO_COLOR": "1"], asked: .full) == .full)
        #expect(ColorDepth.of(colors: 8, environment: [:], asked: .full) == .eight)
        #expect(ColorDepth.of(colors: 256, environment: [:], asked: .mono) == .mono)
        #expect(ColorDepth.of(colors: 256, environment: ["COLORTERM": "truecolor"], asked: .full) == .full)
        #expect(ColorDepth.of(colors: 8, environment: ["NO_COLOR": "1"], asked: .direct) == .direct)
        #expect(ColorOption.allCases.map(\.depth) == [nil, .direct, .full, .eight, .mono])
    }
}
