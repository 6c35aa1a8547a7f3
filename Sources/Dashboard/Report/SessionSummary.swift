import Engine
import FoundationEssentials
import Glibc
import Journal
import Record

/// One session that was written down, in short. The names are those of the JSON, there in snake case; what is not known
/// is null.
struct SessionSummary: Codable, Equatable, Sendable {
    enum State: String, Codable, Sendable {
        case running, ended
        /// Its journal has no end and nobody writes it: the program was killed, or the machine went down.
        case killed
        /// No journal, or one whose header cannot be read.
        case unreadable
    }

    /// What its file is called, without the ending.
    var id: String
    var path: String
    var state: State
    /// How it ended, as in the final report: key, duration, signal, terminal_lost, error.
    var reason: OrNull<String>
    /// How it ended, or what is wrong with the file, in words.
    var description: String
    var exitCode: OrNull<Int>
    /// In UTC: `2026-11-29T10:45:59Z`.
    var startedAt: OrNull<String>
    /// When its file was written last, in UTC.
    var writtenAt: String
    var elapsedSeconds: OrNull<Double>
    var game: OrNull<String>
    var model: OrNull<String>
    var cycles: OrNull<Int>
    var places: OrNull<Int>
    /// free, known or unknown.
    var pricing: OrNull<String>
    /// By the usage that was told.
    var spendDollars: OrNull<Double>
    var sizeBytes: Int
    /// Damage was found at its end: figures may be those of an earlier moment.
    var isIncomplete: Bool
    /// It was written by a later version, of which not everything is known.
    var isNewer: Bool

    /// Reads the beginning of the journal, and its end.
    init(_ entry: JournalFolder.Entry) {
        self.init(id: SessionChoice.name(of: entry.path), entry)
        do throws(JournalError) {
            let reader = try JournalReader(entry.path)
            // Asked before the end is read: a session may end in between.
            let isWritten = reader.isBeingWritten()
            try reader.readEnd()
            take(reader, isWritten: isWritten)
        } catch {
            description = error.what
        }
    }

    private init(id: String, _ entry: JournalFolder.Entry) {
        (self.id, path, sizeBytes) = (id, entry.path, entry.bytes)
        (state, description) = (.unreadable, "")
        writtenAt = Date(timeIntervalSince1970: Double(entry.changed)).formatted(.iso8601)
        (reason, exitCode, startedAt, elapsedSeconds) = (OrNull(nil), OrNull(nil), OrNull(nil), OrNull(nil))
        (game, model, cycles, places) = (OrNull(nil), OrNull(nil), OrNull(nil), OrNull(nil))
        (pricing, spendDollars, isIncomplete, isNewer) = (OrNull(nil), OrNull(nil), false, false)
    }

    private mutating func take(_ reader: JournalReader, isWritten: Bool) {
        let snapshot = reader.snapshot
        let outcome = FinalReport.Outcome(snapshot, isInterim: isWritten)
        state = snapshot.stopReason != nil ? .ended : isWritten ? .running : .killed
        switch state {
        case .ended:
            (reason, exitCode) = (OrNull(outcome.reason), OrNull(outcome.exitCode))
            description = outcome.description
        case .running: description = "running"
        case .killed, .unreadable: description = "killed: its journal has no end, and nobody writes it"
        }
        startedAt = OrNull(reader.header.date == nil ? nil : reader.header.started)
        (isIncomplete, isNewer) = (reader.isIncomplete, reader.isNewer)
        // Before anything was folded the header is all that is known.
        let isEmpty = reader.isIncomplete && snapshot.revision == 0
        let info = isEmpty ? reader.header.settings : snapshot.info
        (game, model) = (OrNull(info.game), OrNull(info.model))
        guard !isEmpty else { return }
        elapsedSeconds = OrNull(snapshot.time)
        cycles = OrNull(snapshot.statistics.cycles)
        places = OrNull(snapshot.quality?.places.count)
        let account = FinalReport.Account(snapshot)
        (pricing, spendDollars) = (OrNull(account.pricing), account.spendDollars)
    }
}

extension JournalError {
    /// What is wrong, without the path.
    fileprivate var what: String {
        switch self {
        case .notAJournal(_, let why): "no journal: \(why)"
        case .system(let what, _, let code): "\(what): \(String(cString: strerror(code)))"
        case .held, .exists, .removed: "\(self)"
        }
    }
}
