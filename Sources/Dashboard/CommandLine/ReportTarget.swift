import ArgumentParser
import FoundationEssentials
import Glibc

/// `--report`: where the final report goes as JSON.
enum ReportTarget: ExpressibleByArgument, Equatable, Sendable {
    case standardOutput
    /// A path that ends in `.json`.
    case file(String)

    init?(argument: String) {
        if argument == "json" {
            self = .standardOutput
        } else if argument.hasSuffix(".json"), argument.split(separator: "/").last != ".json" {
            self = .file(argument)
        } else {
            return nil
        }
    }

    /// Finds out before hours of playing whether the report can be written afterwards.
    func check() throws(ReportError) {
        guard case .file(let path) = self else { return }
        var isFolder = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard !isFolder else { throw ReportError(path: path, why: "it is a folder") }
        // The file is replaced as a whole, which needs the folder, not the file.
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard access(folder, W_OK | X_OK) == 0 else {
            throw ReportError(path: path, why: "\(folder): \(String(cString: strerror(errno)))")
        }
        guard !exists || access(path, W_OK) == 0 else {
            throw ReportError(path: path, why: String(cString: strerror(errno)))
        }
    }

    /// Writes the report: a file appears whole or not at all.
    func write(_ report: FinalReport) throws(ReportError) {
        let shown: String
        if case .file(let path) = self { shown = path } else { shown = "standard output" }
        do {
            let text = try report.json()
            switch self {
            case .standardOutput: Output.write(text)
            case .file(let path): try Data((text + "\n").utf8).write(to: URL(filePath: path), options: .atomic)
            }
        } catch {
            throw ReportError(path: shown, why: "\(error)")
        }
    }
}

struct ReportError: Error, CustomStringConvertible {
    let path: String
    let why: String
    var description: String { "the report cannot be written to \(path): \(why); name another file with --report" }
}
