import FoundationEssentials

/// Finds programs by name.
package enum Programs {
    package static func isInstalled(_ name: String, environment: [String: String]) -> Bool {
        (environment["PATH"] ?? "").split(separator: ":").contains { folder in
            guard folder.hasPrefix("/") else { return false }
            let path = folder + "/" + name
            var isFolder = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder
                && FileManager.default.isExecutableFile(atPath: path)
        }
    }

    /// What a program may inherit: everything but keys, which are nobody else's.
    package static func inheritable(_ environment: [String: String]) -> [String: String] {
        environment.filter { name, _ in
            let name = name.uppercased()
            return !["KEY", "TOKEN", "SECRET", "PASSWORD"].contains { name.hasSuffix($0) }
        }
    }
}
