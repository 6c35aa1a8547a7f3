import FoundationEssentials
import Testing

/// What each folder may know of the others. Types are found by name in the source text: the folders share a module, so
/// the compiler cannot keep them apart.
@Suite(.shared) struct FolderRulesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private func sources(_ folder: String) -> [(name: String, text: String)] {
        let path = Self.root + "/Sources/" + folder
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasSuffix(".swift") }.map { name in
            (folder + "/" + name, String(decoding: FileManager.default.contents(atPath: path + "/" + name) ?? Data(), as: UTF8.self))
        }
    }

    /// The names of the types declared in a folder: those that other folders can name, or with `nested` all of them.
    private func types(_ folder: String, nested: Bool = false) -> Set<String> {
        var names: Set<String> = []
        for (_, text) in sources(folder) {
            for line in text.split(separator: "\n") where nested || !line.hasPrefix(" ") {
                let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
                if let kind = words.firstIndex(where: ["struct", "class", "enum", "actor", "protocol"].contains),
                    kind + 1 < words.count, !line.hasPrefix("///"), !line.hasPrefix("//")
                {
                    names.insert(words[kind + 1])
                }
            }
        }
        return names
    }

    private func violations(in folder: String, of forbidden: Set<String>) -> [String] {
        // A type of the folder's own may bear the same name.
        let forbidden = forbidden.subtracting(types(folder, nested: true))
        return sources(folder).flatMap { name, text in
            let code = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
            let words = Set(code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
            return words.intersection(forbidden).sorted().map { "\(name) names \($0)" }
        }
    }

    @Test("the sources are where this test looks")
    func found() {
        #expect(types("Engine/Connections").contains("ConnectionPool"))
        #expect(types("Engine/Games/EmbeddedWorld").contains("EmbeddedGame"))
        #expect(types("Dashboard/Panels").count > 3)
    }

    @Test("nothing loads the whole of Foundation, whose tables of languages cost a third of the time to the first screen")
    func foundation() {
        let whole = (sources("Engine") + sources("Dashboard")).filter { file in
            file.text.split(separator: "\n").contains("import Foundation")
        }
        #expect(whole.map(\.name) == [])
    }

    @Test("the embedded model knows nothing of the embedded world: it gets pixels")
    func modelSeesPixelsOnly() {
        #expect(violations(in: "Engine/EmbeddedModel", of: types("Engine/Games/EmbeddedWorld")) == [])
    }

    @Test(
        "connections know nothing of games, gameplay, interpreter, voice or session",
        arguments: ["Engine/Games", "Engine/Gameplay", "Engine/Interpreter", "Engine/Voice", "Engine/EmbeddedModel"])
    func connectionsStandAlone(folder: String) {
        #expect(violations(in: "Engine/Connections", of: types(folder)) == [])
    }

    @Test("games know nothing of who plays or watches them")
    func gamesStandAlone() {
        let others = ["Engine/Interpreter", "Engine/Voice", "Engine/Connections", "Engine/EmbeddedModel"]
        for folder in others { #expect(violations(in: "Engine/Games", of: types(folder)) == []) }
    }

    @Test("only the terminal folder imports CNcurses, and the dashboard never imports NIO")
    func imports() {
        for (name, text) in sources("Dashboard") {
            #expect(!text.contains("import NIO"), "\(name)")
            if !name.contains("/Terminal/") { #expect(!text.contains("import CNcurses"), "\(name)") }
        }
        for (name, text) in sources("Engine") { #expect(!text.contains("import CNcurses"), "\(name)") }
    }

    @Test("panels see the snapshot and the canvas, never the session, the pool or a clock")
    func panels() {
        let forbidden: Set = [
            "Session", "ConnectionPool", "EventHub", "EngineClock", "ContinuousClock", "EmbeddedGame", "Cleanup",
            "EmbeddedModelServer", "StreamingInterpreter",
        ]
        #expect(violations(in: "Dashboard/Panels", of: forbidden) == [])
        #expect(violations(in: "Dashboard/Canvas", of: forbidden.union(["Snapshot"])) == [])
    }
}
