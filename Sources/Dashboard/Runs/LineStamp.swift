import Canvas
import Glibc

/// What stands before a line of a run without a terminal: the session's time - or, where journald reads, which has a
/// time of its own, how grave it is, in the form that journald takes off again (sd-daemon(3)).
struct LineStamp: Sendable {
    /// Levels of syslog.
    enum Gravity: Int { case error = 3, warning, notice, information }

    let isJournal: Bool

    /// `journal` is the file that journald says it reads, as `JOURNAL_STREAM` names it: `device:inode`
    /// (systemd.exec(5)). The variable alone says nothing: whoever was started by a service and writes into a file has
    /// it too.
    init(of descriptor: Int32, journal: String? = getenv("JOURNAL_STREAM").map { String(cString: $0) }) {
        var file = stat()
        isJournal = fstat(descriptor, &file) == 0 && journal == "\(file.st_dev):\(file.st_ino)"
    }

    func line(_ text: String, at time: Double, _ gravity: Gravity) -> String {
        isJournal ? prefixed(text, gravity) : "\(Self.text(time)) \(text)"
    }

    /// A line that has no time in either case.
    func prefixed(_ text: String, _ gravity: Gravity) -> String {
        // What needs nobody's attention is journald's default.
        isJournal && gravity != .information ? "<\(gravity.rawValue)>\(text)" : text
    }

    /// `h:mm:ss.t`
    static func text(_ seconds: Double) -> String {
        let tenths = Int(seconds * 10)
        let (minutes, seconds) = (NumberFormat.two(tenths / 600 % 60), NumberFormat.two(tenths / 10 % 60))
        return "\(tenths / 36_000):\(minutes):\(seconds).\(tenths % 10)"
    }
}
