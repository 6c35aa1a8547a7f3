import FoundationEssentials
import Glibc

/// The folder of data files that come with the program: prompts, key tables.
package struct Assets: Sendable {
    /// Absolute path of the folder.
    package let root: String

    /// Finds the folder: `SINGULARIS_ASSETS`, else `assets` beside or above the executable, else
    /// `../share/singularis`. Throws a sentence that says where it looked.
    package static func find(
        environment: [String: String], executable: String = CommandLine.arguments.first ?? ""
    ) throws(AssetError) -> Assets {
        if let named = environment["SINGULARIS_ASSETS"], !named.isEmpty {
            guard isFolder(named) else { throw .noFolder(looked: [named + " (from SINGULARIS_ASSETS)"]) }
            return Assets(root: named)
        }
        var folder = (resolved("/proc/self/exe") ?? executable).folder
        var looked = [folder + "/../share/singularis"]
        while true {
            let candidate = folder + "/assets"
            if isFolder(candidate + "/prompts") { return Assets(root: candidate) }
            looked.append(candidate)
            if folder.isEmpty || folder == "." || looked.count > 12 { break }
            folder = folder.folder
        }
        if isFolder(looked[0]) { return Assets(root: looked[0]) }
        throw .noFolder(looked: looked)
    }

    /// The text of one file, by its path below the folder.
    package func text(_ path: String) throws(AssetError) -> String {
        guard let data = FileManager.default.contents(atPath: root + "/" + path) else {
            throw .missing(root + "/" + path)
        }
        guard let text = String(bytes: data, encoding: .utf8) else { throw .unreadable(path, "it is not UTF-8") }
        return text
    }

    /// The value in one JSON file.
    package func json<Value: Decodable>(_ type: Value.Type, _ path: String) throws(AssetError) -> Value {
        let text = try text(path)
        do {
            return try JSON.decode(from: text.utf8)
        } catch {
            throw .unreadable(path, "\(error)")
        }
    }

    /// The names of the files in a folder below, sorted; none where there is no such folder.
    package func files(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root + "/" + folder)) ?? []).sorted()
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}

package enum AssetError: Error, Equatable, CustomStringConvertible {
    case noFolder(looked: [String])
    case missing(String)
    case unreadable(String, String)

    package var description: String {
        switch self {
        case .noFolder(let looked):
            "the assets folder was not found. Looked at: \(looked.joined(separator: ", ")). "
                + "Set SINGULARIS_ASSETS to the folder named assets that came with the program."
        case .missing(let path): "the asset \(path) is missing. Reinstall it, or set SINGULARIS_ASSETS."
        case .unreadable(let path, let why): "the asset \(path) cannot be used: \(why)"
        }
    }
}

extension String {
    package var folder: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return String(self[..<slash])
    }
}
