#if canImport(Glibc)
import Glibc
#endif

/// Writes what is on the screen, and a report of the session so far, into two files of their own.
enum ScreenSave {
    /// Writes into the working folder, or into the temporary one where nothing may be written there; only the owner may
    /// read what is written, and nothing is ever overwritten.
    /// - Returns: The paths of the files.
    static func write(
        screen: [String], report: [String], folders: [String] = [".", "/tmp"], stamp: String = stamp()
    ) throws(ScreenSaveError) -> [String] {
        var failure = ScreenSaveError(path: "", code: 0)
        for folder in folders {
            do throws(ScreenSaveError) {
                let start = "\(folder == "." ? "" : folder + "/")singularis-\(stamp)"
                return [
                    try write(screen.map(trimmed), to: start, "screen"), try write(report, to: start, "report"),
                ]
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// The local time as part of a file's name.
    static func stamp() -> String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))-"
            + "\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))"
    }

    private static func write(_ lines: [String], to start: String, _ kind: String) throws(ScreenSaveError) -> String {
        var code: Int32 = 0
        for attempt in 1...99 {
            let path = "\(start)\(attempt == 1 ? "" : "-\(attempt)")-\(kind).txt"
            let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard file >= 0 else {
                code = errno
                if code == EEXIST { continue }
                throw ScreenSaveError(path: path, code: code)
            }
            defer { close(file) }
            guard Output.put(lines.joined(separator: "\n") + "\n", to: file) else {
                throw ScreenSaveError(path: path, code: errno)
            }
            return path
        }
        throw ScreenSaveError(path: start, code: code)
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
