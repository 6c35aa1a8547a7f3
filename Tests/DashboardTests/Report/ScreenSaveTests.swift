import FoundationEssentials
import Testing

@testable import Dashboard

@Suite("Saving the screen", .shared)
struct ScreenSaveTests {
    /// Runs `body` with a folder of its own.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/singularis-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test("writes the rows, the report and its JSON under one name, for the owner's eyes, and never over what is there")
    func writing() throws {
        try withFolder { folder in
            for attempt in ["", "-2"] {
                let saved = try ScreenSave.write(
                    screen: ["a  ", "  "], svg: "<svg/>", report: ["b"], json: "{}", folders: [folder],
                    stamp: "20260102-030405")
                let files = saved.files
                let start = "\(folder)/singularis-20260102-030405\(attempt)"
                #expect(files == ["-screen.txt", "-screen.svg", "-report.txt", "-report.json"].map { start + $0 })
                #expect("\(saved)" == "\(start)-screen.txt, -screen.svg, -report.txt, -report.json")
                #expect(FileManager.default.contents(atPath: files[0]) == Data("a\n\n".utf8))
                #expect(FileManager.default.contents(atPath: files[2]) == Data("b\n".utf8))
                #expect(FileManager.default.contents(atPath: files[3]) == Data("{}\n".utf8))
                #expect(FileManager.default.contents(atPath: files[1]) == Data("<svg/>\n".utf8))
                let attributes = try FileManager.default.attributesOfItem(atPath: files[0])
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }
    }

    @Test("names a folder from the root, so that it can be found from anywhere")
    func absolute() throws {
        try withFolder { folder in
            let saved = try ScreenSave.write(
                screen: [], svg: "", report: [], json: "",
                folders: ["\(folder)/../\(folder.split(separator: "/").last ?? "")"],
                stamp: "now")
            #expect(!saved.start.contains("..") && saved.start.hasPrefix("/"))
            #expect(saved.files.allSatisfy { FileManager.default.fileExists(atPath: $0) })
        }
    }

    @Test("goes on to the next folder, and says what is wrong when none can be written to")
    func refusing() throws {
        try withFolder { folder in
            let files = try ScreenSave.write(
                screen: [], svg: "", report: [], json: "", folders: [folder + "/missing", folder], stamp: "now"
            ).files
            #expect(files.allSatisfy { $0.hasPrefix(folder + "/singularis-now") })
            #expect {
                try ScreenSave.write(
                    screen: [], svg: "", report: [], json: "", folders: [folder + "/missing"], stamp: "now")
            } throws: { "\($0)".hasSuffix("screen.txt cannot be written: No such file or directory") }
        }
    }
}
