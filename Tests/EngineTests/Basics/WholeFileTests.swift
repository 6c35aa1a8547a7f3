import FoundationEssentials
import Glibc
import Testing

@testable import Basics

@Suite("Files as a whole", .shared)
struct WholeFileTests {
    @Test("while a file is replaced there is the old one or the new one, never a part")
    func atomicity() throws {
        try withFolder { folder in
            let path = folder + "/file"
            try WholeFile.replace(path, with: Array("old".utf8))
            let new = [UInt8](repeating: 7, count: 300_000)
            try WholeFile.replace(path, with: new) { temporary throws(WholeFile.Failure) in
                // What a crash at this moment would leave.
                let old = try WholeFile.read(path, limit: 100)
                #expect(old == Array("old".utf8))
                let whole = try WholeFile.read(temporary, limit: 1_000_000)
                #expect(whole == new)
            }
            #expect(try WholeFile.read(path, limit: 1_000_000) == new)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
        }
    }

    @Test("a replacement that fails leaves the old file, and nothing beside it")
    func failure() throws {
        try withFolder { folder in
            let path = folder + "/file"
            try WholeFile.replace(path, with: [1])
            #expect(throws: WholeFile.Failure("x", ENOSPC)) {
                try WholeFile.replace(path, with: [2]) { _ throws(WholeFile.Failure) in
                    throw WholeFile.Failure("x", ENOSPC)
                }
            }
            #expect(try WholeFile.read(path, limit: 10) == [1])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
            #expect(throws: WholeFile.Failure(folder + "/none/file", ENOENT)) {
                try WholeFile.replace(folder + "/none/file", with: [1])
            }
        }
    }

    @Test("what a process that is gone left behind is removed, and what a living one writes is not")
    func leftovers() throws {
        try withFolder { folder in
            let path = folder + "/file"
            // No process has a number beyond the kernel's limit.
            for name in ["file.4194305-7.tmp", "file.\(getpid())-7.tmp", "file.x-7.tmp", "other.4194305-7.tmp"] {
                try Data("part".utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
            }
            WholeFile.removeLeftovers(of: path)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(left == ["file.\(getpid())-7.tmp", "file.x-7.tmp", "other.4194305-7.tmp"].sorted())
        }
    }

    @Test("what is too large, no file or not there is told")
    func unreadable() throws {
        try withFolder { folder in
            try WholeFile.replace(folder + "/file", with: [1, 2, 3])
            #expect(throws: WholeFile.Failure(folder + "/file", EFBIG)) {
                try WholeFile.read(folder + "/file", limit: 2)
            }
            #expect(throws: WholeFile.Failure(folder, EINVAL)) { try WholeFile.read(folder, limit: 2) }
            #expect(throws: WholeFile.Failure(folder + "/no", ENOENT)) { try WholeFile.read(folder + "/no", limit: 2) }
        }
    }
}

/// Runs `body` with an empty folder, which is gone afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = TestFolder()
    return try body(folder.path)
}

/// A folder for as long as this lives.
final class TestFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appending(path: "t-\(UInt64.random(in: 0 ... .max))").path
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
