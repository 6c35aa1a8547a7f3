import Canvas
import Connections
import Engine
import FoundationEssentials
import Journal
import Record

/// What a session came to, from its journal: the final report, and what only a journal knows. The names of both stand
/// side by side in the JSON.
struct SessionReport: Encodable, Equatable, Sendable {
    var final: FinalReport
    var recording: Recording
    /// Null when the session ended: then the cleanup says what was closed.
    var stillOpen: OrNull<StillOpen>
    var timeline: Timeline
    var stuckEpisodes: StuckEpisodes
    var spending: Spending

    /// The journal itself.
    struct Recording: Codable, Equatable, Sendable {
        var session: String
        var path: String
        var state: SessionSummary.State
        /// In UTC, of the header; null when that cannot be read as a time.
        var startedAt: OrNull<String>
        /// When the last line was written: of the session's time, and in UTC by the session's start.
        var lastWrittenSeconds: Double
        var lastWrittenAt: OrNull<String>
        /// When all figures were written last, of the session's time: while it runs that is every 10 seconds, and only
        /// those that change visibly are written each second.
        var wholeSeconds: Double
        var sizeBytes: Int
        var format: Int
        /// Of the program that wrote it.
        var version: String
        /// A later version wrote it: not everything is known here.
        var isNewer: Bool
        /// Lines that could not be read, of those that were looked at.
        var damagedLines: Int
        /// Figures may be those of an earlier moment: the lines that tell the last ones are damaged.
        var isIncomplete: Bool
        /// Events that the writer could not write.
        var droppedEvents: Int
    }

    /// What was open when the last line was written.
    struct StillOpen: Codable, Equatable, Sendable {
        struct Resource: Codable, Equatable, Sendable {
            var name: String
            var step: Int
            /// Its closing had begun.
            var isClosing: Bool
        }
        struct Lane: Codable, Equatable, Sendable {
            /// From 0.
            var lane: Int
            var phase: String
            /// Scheme, host and port.
            var origin: OrNull<String>
            var ageSeconds: Double
        }
        var resources: [Resource]
        var lanes: [Lane]
        var requestsUnderWay: Int

        init(_ snapshot: Snapshot) {
            resources = snapshot.resources.compactMap { resource in
                switch resource.phase {
                case .armed: Resource(name: resource.name, step: resource.step, isClosing: false)
                case .closing: Resource(name: resource.name, step: resource.step, isClosing: true)
                case .done: nil
                }
            }
            lanes = snapshot.occupancy.lanes.compactMap { lane in
                lane.phase.map {
                    Lane(
                        lane: lane.index, phase: $0.rawValue, origin: OrNull(lane.origin.map { "\($0)" }),
                        ageSeconds: lane.age)
                }
            }
            requestsUnderWay = snapshot.statistics.requests.values.reduce(0) { $0 + $1.underWay }
        }
    }

    /// Reads a journal: its events from beginning to end, and what they came to from its end.
    init(of reader: JournalReader) throws(JournalError) {
        // Asked first: a session may end while its journal is read.
        let isWritten = reader.isBeingWritten()
        var (timeline, stuck, spending) = (Timeline(), StuckEpisodes(), Spending())
        let damaged = try reader.events(of: Timeline.events) { event in
            timeline.apply(event)
            stuck.apply(event)
            spending.apply(event)
        }
        let whole = try reader.readEnd()
        let snapshot = reader.snapshot
        let state: SessionSummary.State = snapshot.stopReason != nil ? .ended : isWritten ? .running : .killed
        final = FinalReport(snapshot, isInterim: state == .running)
        recording = Recording(reader, state, whole: whole, damaged: max(damaged, reader.damaged))
        stillOpen = OrNull(state == .ended ? nil : StillOpen(snapshot))
        (self.timeline, stuckEpisodes, self.spending) = (timeline, stuck, spending)
        if state == .killed { final.outcome.take(recording, stillOpen.value) }
    }

    private enum Names: String, CodingKey {
        case recording, stillOpen, timeline, timelineOmitted, stuckEpisodes, stuckEpisodesOmitted, spending
    }

    func encode(to encoder: any Encoder) throws {
        try final.encode(to: encoder)
        var members = encoder.container(keyedBy: Names.self)
        try members.encode(recording, forKey: .recording)
        try members.encode(stillOpen, forKey: .stillOpen)
        try members.encode(timeline.entries, forKey: .timeline)
        try members.encode(timeline.omitted, forKey: .timelineOmitted)
        try members.encode(stuckEpisodes.episodes, forKey: .stuckEpisodes)
        try members.encode(stuckEpisodes.omitted, forKey: .stuckEpisodesOmitted)
        try members.encode(spending, forKey: .spending)
    }
}

extension SessionReport.Recording {
    fileprivate init(_ reader: JournalReader, _ state: SessionSummary.State, whole: Double, damaged: Int) {
        let (header, snapshot) = (reader.header, reader.snapshot)
        (session, path, self.state) = (header.session, reader.path, state)
        startedAt = OrNull(header.date == nil ? nil : header.started)
        (lastWrittenSeconds, wholeSeconds) = (snapshot.time, whole)
        lastWrittenAt = OrNull(header.date.map { ($0 + snapshot.time).formatted(.iso8601) })
        (sizeBytes, format, version, isNewer) = (reader.size, header.format, header.version, reader.isNewer)
        (damagedLines, isIncomplete) = (damaged, reader.isIncomplete)
        droppedEvents = max(reader.dropped, snapshot.journal?.dropped ?? 0)
    }
}

extension FinalReport.Outcome {
    /// It never ended: nobody closed anything.
    fileprivate mutating func take(_ recording: SessionReport.Recording, _ open: SessionReport.StillOpen?) {
        reason = "killed"
        description = "killed: the journal has no end, and nobody writes it"
        let last = NumberFormat.clock(recording.lastWrittenSeconds)
        var left = ["the session was killed after \(last), the last time that anything was written"]
        if let open, !open.resources.isEmpty {
            left.append("never closed: " + open.resources.map(\.name).joined(separator: ", "))
        }
        problems = left + problems
    }
}
