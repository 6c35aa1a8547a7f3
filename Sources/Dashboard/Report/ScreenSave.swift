import Glibc

/// Writes what is on the screen, as text and with its colours, and a report of the session so far as text and as JSON,
/// into files of their own.
enum ScreenSave {
    /// What was written: one name, with an ending for each kind.
    struct Saved: Equatable, CustomStringConvertible {
        /// Absolute, without the ending.
        let start: String
        let endings: [String]

        var files: [String] { endings.map { start + $0 } }
        /// The whole path once: it has to be found by somebody who reads it from a screen.
        var description: String { ([start + (endings.first ?? "")] + endings.dropFirst()).joined(separator: ", ") }
    }

    private static let endings = ["-screen.txt", "-screen.svg", "-report.txt", "-report.json"]

    /// Writes into the working folder, or into the temporary one where nothing may be written there; only the owner may
    /// read what is written, and nothing is ever overwritten.
    static func write(
        screen: [String], svg: String, report: [String], json: String, folders: [String] = [".", "/tmp"],
        stamp: String = localTime("%Y%m%d-%H%M%S")
    ) throws(ScreenSaveError) -> Saved {
        var failure = ScreenSaveError(path: "", code: 0)
        for folder in folders {
            do throws(ScreenSaveError) {
                let start = try firstFree("\(absolute(folder))/singularis-\(stamp)")
                let texts = [screen.map(trimmed), [svg], report, [json]].map { $0.joined(separator: "\n") + "\n" }
                for (ending, text) in zip(endings, texts) { try write(text, to: start + ending) }
                return Saved(start: start, endings: endings)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Relative paths are of no use to whoever has left the program, and its folder, since.
    private static func absolute(_ folder: String) -> String {
        guard let path = realpath(folder, nil) else { return folder }
        defer { free(path) }
        return String(cString: path)
    }

    /// The first of the names that no file has yet, with any ending.
    private static func firstFree(_ start: String) throws(ScreenSaveError) -> String {
        for attempt in 1...99 {
            let start = attempt == 1 ? start : "\(start)-\(attempt)"
            if endings.allSatisfy({ access(start + $0, F_OK) != 0 }) { return start }
        }
        throw ScreenSaveError(path: start, code: EEXIST)
    }

    private static func write(_ text: String, to path: String) throws(ScreenSaveError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw ScreenSaveError(path: path, code: errno) }
        defer { close(file) }
        guard Output.put(text, to: file) == 0 else { throw ScreenSaveError(path: path, code: errno) }
    }

    private static func trimmed(_ row: String) -> String {
        var row = Substring(row)
        while row.last == " " { row.removeLast() }
        return String(row)
    }
}

struct ScreenSaveError: Error, Equatable, CustomStringConvertible {
    let path: String
    let code: Int32
    var description: String { "\(path) cannot be written: \(String(cString: strerror(code)))" }
}
