import FoundationEssentials

/// The program under test.
enum Executable {
    /// Beside the test bundle in the build folder, where the package manager puts every product.
    static func path() throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        // The tests run either as an executable of their own in the build folder or inside a runner of the toolchain
        // that was given the bundle's path; the bundle is then among the arguments.
        let starts = [own] + CommandLine.arguments.filter { $0.contains(".xctest") } + [#filePath]
        var looked: [String] = []
        for start in starts {
            var folder = start
            while let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
                folder = String(folder[..<slash])
                for candidate in [folder + "/singularis", folder + "/.build/debug/singularis"] {
                    if isProgram(candidate) { return candidate }
                    looked.append(candidate)
                }
            }
        }
        throw Missing(looked: looked)
    }

    private static func isProgram(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder
            && FileManager.default.isExecutableFile(atPath: path)
    }

    struct Missing: Error, CustomStringConvertible {
        let looked: [String]
        var description: String {
            (["the executable is not built (swift build --product singularis); looked at"] + looked)
                .joined(separator: "\n")
        }
    }
}
