import Basics
import Testing

@testable import Dashboard
@testable import Engine

@Suite("singularis config", .shared)
struct ConfigListingTests {
    private func listing(_ arguments: [String], _ environment: [String: String]) throws -> ConfigListing {
        let (config, layers) = try Layers.parse(Config.self, arguments, environment: environment)
        let settings = try layers.settings(config.options, environment: environment)
        return ConfigListing(layers, settings, environment: environment)
    }

    @Test("each value is shown with its origin, grouped as in the help")
    func origins() throws {
        let file = TemporaryConfiguration("{\n\"rpm\": 5,\n\"keep-alive\": true}")
        let listing = try listing(
            ["--speed", "4", "--no-headless", "--config", file.path], ["SINGULARIS_PERSPECTIVE": "spatial,tactical"])
        func row(_ name: String) throws -> ConfigListing.Row { try #require(listing.options.first { $0.name == name }) }
        #expect(try row("speed").value == .text("4") && row("speed").source == "flag")
        #expect(try row("headless").value == .flag(false) && row("headless").source == "flag")
        #expect(try row("rpm").path == file.path && row("rpm").line == 2 && row("rpm").source == "file")
        #expect(try row("keep-alive").value == .flag(true) && row("keep-alive").line == 3)
        #expect(try row("perspective").value == .list(["spatial", "tactical"]))
        #expect(try row("perspective").variable == "SINGULARIS_PERSPECTIVE")
        #expect(try row("limit").value == .text("10") && row("limit").source == "default")
        #expect(try row("limit-per-host").value == .text("5"), "a default that depends on another is worked out")
        #expect(try row("wait").value == .flag(true))
        var groups: [String] = []
        for row in listing.options where row.group != groups.last { groups.append(row.group) }
        #expect(groups == ["Game", "Model", "Cost", "Connections", "Look", "Output", "Journal"])
        #expect(listing.lines.contains { $0.contains("rpm ") && $0.hasSuffix("\(file.path):2") })
    }

    @Test("no key is in it, neither as a table nor as JSON, not even one where the name of its file belongs")
    func secrets() throws {
        let environment = ["GEMINI_API_KEY": "SEKRIT1", "SINGULARIS_SERVE_KEY": "SEKRIT2", "OPENAI_API_KEY": ""]
        let listing = try listing([], environment)
        #expect(listing.keys == ["GEMINI_API_KEY": true, "OPENAI_API_KEY": false, "SINGULARIS_SERVE_KEY": true])
        let text = try listing.lines.joined(separator: "\n") + listing.json()
        #expect(!text.contains("SEKRIT") && text.contains(Settings.geminiURL))
        let key = "AIzaSEKRIT"
        #expect { try self.listing(["--key-file", key], [:]) } throws: { !Config.message(for: $0).contains(key) }
        #expect(!KeyShape.shownPath("0123456789abcdef0123").contains("0123456789abcdef"))
        #expect(KeyShape.shownPath("/run/secrets/gemini-key-of-the-house") == "/run/secrets/gemini-key-of-the-house")
    }
}
