import FoundationEssentials
import Testing

@testable import Dashboard

@Suite("Saving the screen")
struct ScreenSaveTests {
    /// Runs `body` with a folder of its own.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/singularis-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test("writes the rows and the report for the owner's eyes, and never over what is there")
    func writing() throws {
        try withFolder { folder in
            for attempt in ["", "-2"] {
                let files = try ScreenSave.write(
                    screen: ["a  ", "  "], report: ["b"], folders: [folder], stamp: "20260102-030405")
                let start = "\(folder)/singularis-20260102-030405\(attempt)"
                #expect(files == ["\(start)-screen.txt", "\(start)-report.txt"])
                #expect(FileManager.default.contents(atPath: files[0]) == Data("a\n\n".utf8))
                #expect(FileManager.default.contents(atPath: files[1]) == Data("b\n".utf8))
                let attributes = try FileManager.default.attributesOfItem(atPath: files[0])
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }
    }

    @Test("goes on to the next folder, and says what is wrong when none can be written to")
    func refusing() throws {
        try withFolder { folder in
            let files = try ScreenSave.write(
                screen: [], report: [], folders: [folder + "/missing", folder], stamp: "now")
            #expect(files.allSatisfy { $0.hasPrefix(folder + "/singularis-now") })
            #expect {
                try ScreenSave.write(screen: [], report: [], folders: [folder + "/missing"], stamp: "now")
            } throws: { "\($0)".hasSuffix("screen.txt cannot be written: No such file or directory") }
        }
    }
}
