import Foundation
import Testing

@testable import Dashboard

@Suite("The help on profiles")
struct ProfileHelpTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../assets/games").standardized

    @Test("names every field of the profiles that are shipped", arguments: ["doom", "generic", "skyrim"])
    func fields(_ name: String) throws {
        let data = try Data(contentsOf: Self.folder.appending(path: name + ".json"))
        let profile = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let within = ["hud", "actions"].compactMap { profile[$0] as? [String: [String: Any]] }
            .flatMap { $0.values.flatMap(\.keys) }
        let words = Set(Games.configuration.discussion.split { !$0.isLetter }.map(String.init))
        for field in Set(profile.keys).union(within) { #expect(words.contains(field), "\(field)") }
    }
}
