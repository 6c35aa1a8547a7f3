import Basics
import FoundationEssentials
import Glibc
import Testing

@testable import Dashboard

@Suite("The configuration file", .shared)
struct ConfigurationFileTests {
    private func mistake(_ text: String) -> String {
        do {
            _ = try ConfigurationFile(path: "F", text: text)
            return ""
        } catch {
            return error.description
        }
    }

    @Test("names, values and lines are read, whatever white space is between them")
    func reads() throws {
        let file = try ConfigurationFile(
            path: "F",
            text: "\r\n{ \"rpm\" :\t5,\n\n\"keep-alive\":true,\"budget\": 0.50,\n\"theme\": \"p\\u0061per\"}\n")
        let entries = try #require(file.entries)
        #expect(entries.map(\.option.name) == ["rpm", "keep-alive", "budget", "theme"])
        #expect(entries.map(\.value) == [.text("5"), .flag(true), .text("0.50"), .text("paper")])
        #expect(entries.map(\.line) == [2, 4, 4, 5])
    }

    @Test("a list may stand alone without its brackets, and be of numbers")
    func lists() throws {
        let one = try ConfigurationFile(path: "F", text: #"{"perspective": "spatial"}"#)
        #expect(one.entries?.first?.value == .list(["spatial"]))
        let none = try ConfigurationFile(path: "F", text: #"{"perspective": []}"#)
        #expect(none.entries?.first?.value == .list([]))
    }

    @Test(
        "what is no JSON is refused with line and column",
        arguments: [
            ("", "F, line 1, column 1: an object in { } was expected, and the text ends"),
            ("[1]", "F, line 1, column 1: an object"), ("\n 5", "F, line 2, column 2: an object"),
            ("{\"rpm\": 5,\n}", "F, line 2, column 1: JSON has no comma before a }"),
            ("{\n// rpm\n\"rpm\": 5}", "F, line 2, column 1: JSON has no comments"),
            ("{rpm: 5}", "F, line 1, column 2: a name in \" \""), ("{'rpm': 5}", "F, line 1, column 2: a name"),
            ("{\"rpm\" 5}", "F, line 1, column 8: a : was expected after \"rpm\""),
            ("{\"rpm\": 5 \"fps\": 3}", "F, line 1, column 11: a , or } was expected after the value of \"rpm\""),
            ("{\"rpm\": }", "F, line 1, column 9: a value was expected"),
            ("{\"rpm\": 05}", "F, line 1, column 9: a value was expected"),
            ("{\"rpm\": yes}", "F, line 1, column 9: a value was expected"),
            ("{\"theme\": \"dark}", "F, line 1, column 17: a \" was expected, and the text ends"),
            ("{\"theme\": \"da\nrk\"}", "F, line 1, column 14: a \" was expected: a text ends in the line"),
            ("{\"theme\": \"\\q\"}", "F, line 1, column 11: this text has an escape"),
            ("{\"theme\": \"\\", "F, line 1, column 13: a \" was expected, and"),
            ("{\"perspective\": [\"a\" \"b\"]}", "F, line 1, column 22: a , or ] was expected"),
            ("{\"rpm\": 5", "F, line 1, column 10: a , or } was expected after the value of \"rpm\", and the text"),
            ("{} {}", "F, line 1, column 4: nothing may follow"),
            ("{\"ü\": \"ü\", x", "F, line 1, column 12: a name"),
            ("{\"a\": " + String(repeating: "[", count: 60_000), "F, line 1, column 22: this is nested too deep"),
        ])
    func noJSON(text: String, words: String) {
        let text = mistake(text)
        #expect(text.hasPrefix(words), "\(text)")
    }

    @Test(
        "what is JSON and no configuration is refused with line and key, and the near match",
        arguments: [
            (
                "{\n\"picture_rate\": 2}",
                "F, line 2: picture_rate: this is no key of the configuration; did you mean \"picture-rate\"?"
            ),
            ("{\"zzz\": 2}", "F, line 1: zzz: this is no key of the configuration; it may hold"),
            ("{\"rpm\": 2,\n\"fps\": 3,\n\"rpm\": 2}", "F, line 3: rpm: it is set twice; line 1 has it too"),
            ("{\"headless\": \"yes\"}", "F, line 1: headless: this must be true or false"),
            ("{\"headless\": 1}", "F, line 1: headless: this must be true or false"),
            ("{\"rpm\": true}", "F, line 1: rpm: this must be a text in \" \" or a number"),
            ("{\"rpm\": null}", "F, line 1: rpm: this must be a text"),
            ("{\"rpm\": [5]}", "F, line 1: rpm: this must be a text"),
            ("{\"rpm\": {\"a\": 5}}", "F, line 1: rpm: this must be a text"),
            ("{\"perspective\": [\"spatial\", true]}", "F, line 1: perspective: this must be a list of texts"),
            ("{\"config\": \"x\"}", "F, line 1: config: this is for the command line only"),
            ("{\"list-models\": true}", "F, line 1: list-models: this is for the command line only"),
            ("{\"crash\": \"engine\"}", "F, line 1: crash: this is no key of the configuration"),
            ("{\"\\u001b[31mred\\n\": 1}", "F, line 1: "),
        ])
    func noConfiguration(text: String, words: String) {
        let text = mistake(text)
        #expect(text.hasPrefix(words), "\(text)")
        #expect(!text.contains("\u{1b}") && !text.contains("\n"))
    }

    @Test(
        "a key of an API is refused with what to do instead, and never repeated",
        arguments: [
            "key", "api-key", "apiKey", "GEMINI_API_KEY", "openai_api_key", "token", "client-secret", "serve-key",
        ])
    func keys(name: String) {
        let text = mistake("{\"rpm\": 1,\n\"\(name)\": \"SEKRIT\"}")
        #expect(text.hasPrefix("F, line 2: \(name): keys of APIs are never in this file; set GEMINI"), "\(text)")
        #expect(text.contains("key-file") && !text.contains("SEKRIT"))
        #expect(!mistake("{\"\(name)\": SEKRIT}").contains("SEKRIT"), "nor where the quotes were forgotten")
        #expect(!mistake("{\"gemini\": {\"\(name)\": \"SEKRIT\"}}").contains("SEKRIT"))
    }

    @Test("it is looked for where the XDG base directory specification says")
    func place() {
        let path = ConfigurationFile.defaultPath
        #expect(path(["HOME": "/h"]) == "/h/.config/singularis/config.json")
        #expect(path(["HOME": "/h", "XDG_CONFIG_HOME": "/x"]) == "/x/singularis/config.json")
        #expect(path(["HOME": "/h", "XDG_CONFIG_HOME": "x"]) == "/h/.config/singularis/config.json")
        #expect(path(["HOME": ""]) == nil && path([:]) == nil)
    }

    @Test("the default file may be missing, a named one may not; the flag names before the variable")
    func missing() throws {
        let home = FileManager.default.temporaryDirectory.path + "/home-\(UUID().uuidString)"
        #expect(try ConfigurationFile.find(named: nil, environment: ["HOME": home])?.entries == nil)
        #expect(try ConfigurationFile.find(named: nil, environment: [:]) == nil)
        #expect { try ConfigurationFile.find(named: "/nonexistent", environment: [:]) } throws: {
            "\($0)" == "/nonexistent: it is not there; name a file that is there with --config"
        }
        #expect { try ConfigurationFile.find(named: nil, environment: ["SINGULARIS_CONFIG": "/no/such"]) } throws: {
            "\($0)" == "/no/such: it is not there; name a file that is there with SINGULARIS_CONFIG"
        }
        let file = TemporaryConfiguration(#"{"rpm": 1}"#)
        let found = try ConfigurationFile.find(named: file.path, environment: ["SINGULARIS_CONFIG": "/no/such"])
        #expect(found?.entries?.count == 1)
    }

    @Test("a folder, a file that is too large or no text are refused; nothing at all turns a configuration off")
    func files() throws {
        func mistake(_ path: String) -> String {
            do {
                _ = try ConfigurationFile.find(named: path, environment: [:])
                return ""
            } catch {
                return error.description
            }
        }
        #expect(mistake("/tmp") == "/tmp: it is a folder")
        #expect(mistake("/dev/zero") == "/dev/zero: it is larger than 64 KiB, which no configuration is")
        #expect(mistake("/dev/null") == "")
        let file = TemporaryConfiguration("")
        #expect(mistake(file.path).hasSuffix("line 1, column 1: an object in { } was expected, and the text ends"))
        try Data([0x7B, 0xFF, 0x7D]).write(to: URL(filePath: file.path))
        #expect(mistake(file.path).hasSuffix("it is not UTF-8; save it as UTF-8"))
        // Root may read everything.
        if geteuid() != 0 {
            chmod(file.path, 0)
            #expect(mistake(file.path).hasSuffix("it cannot be read: Permission denied"))
        }
    }

    @Test("no text makes the reader trap, whatever is cut off or changed")
    func broken() {
        let whole = Array(#"{"rpm": 5, "perspective": ["a", "\u00e9"], "x": {"y": [null, -1.5e3, true]}}"#.utf8)
        var generator = SeededGenerator(seed: 7)
        for length in 0...whole.count { _ = mistake(String(decoding: whole[..<length], as: UTF8.self)) }
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<3 {
                let place = Int.random(in: bytes.indices, using: &generator)
                bytes[place] = UInt8.random(in: 0...127, using: &generator)
            }
            _ = mistake(String(decoding: bytes, as: UTF8.self))
        }
    }
}
