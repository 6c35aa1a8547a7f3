import Basics
import FoundationEssentials
import Record
import Vision

/// Makes the lines of a journal: events as they are, then what they do not tell of the snapshot. A value without a
/// file: what is done with its lines is the writer's.
package struct JournalScribe {
    /// Seconds between two whole snapshots, where that costs too much between those, and between two keyframes at the
    /// most.
    package static let snapshotEvery = 10.0
    static let rareSnapshotEvery = 30.0
    package static let keyframeEvery = 360.0
    /// Bytes of lines (pictures apart) after which reading on from the last keyframe would take too long.
    static let keyframeBytes = 512 << 10

    /// What is to be written as a line.
    package enum Entry: Sendable {
        case event(EngineEvent)
        /// The picture behind a decision.
        case picture(Frame, time: Double)
        /// So many events were lost on the way.
        case dropped(Int, time: Double)

        var time: Double {
            switch self {
            case .event(let event): event.time
            case .picture(_, let time), .dropped(_, let time): time
            }
        }
    }

    private var encoder = SnapshotEncoder()
    private var revision: UInt64?
    private var keyframeTime = 0.0
    private var snapshotTime = 0.0
    private var bytes = 0
    private var keyframeSize = 0
    private var budget = JournalBudget()

    package init() {}

    /// What a reader of all lines knows.
    package var known: Snapshot { encoder.reader.snapshot }

    /// The lines of some entries, and then what they do not tell of `snapshot`, which is what all events up to there
    /// are folded to; `nil` leaves that for later.
    package mutating func lines(_ entries: [Entry], then snapshot: Snapshot?, isLast: Bool = false) -> [UInt8] {
        var lines: [UInt8] = []
        budget.refill(until: snapshot?.time ?? entries.last?.time ?? 0)
        for entry in entries where affords(entry) {
            let line = line(entry)
            budget.spend(line.count)
            lines += line
        }
        if let snapshot, snapshot.revision != revision || isLast {
            let kind = nextKind(snapshot.time, isLast: isLast)
            // A figure that is none (0/0) has no place in JSON; what can be told is told by the next one.
            if let payload = try? encoder.encode(snapshot, as: kind) {
                revision = snapshot.revision
                if kind != .sample { snapshotTime = snapshot.time }
                let line = JournalFormat.line(snapshot.time, kind.rawValue, payload)
                bytes += line.count
                budget.spend(line.count)
                if kind == .keyframe { (keyframeTime, bytes, keyframeSize) = (snapshot.time, 0, line.count) }
                lines += line
            }
        }
        return lines
    }

    /// Lines were lost: all is told anew.
    package mutating func forget() { revision = nil; keyframeSize = 0 }

    private func nextKind(_ time: Double, isLast: Bool) -> SnapshotLine {
        // What a session came to can be told from its last line alone, whenever somebody asks.
        if isLast || keyframeSize == 0 || time - keyframeTime >= Self.keyframeEvery { return .keyframe }
        if bytes >= max(Self.keyframeBytes, 4 * keyframeSize), time - snapshotTime >= 1 { return .keyframe }
        let every = budget.hasDetails ? Self.snapshotEvery : Self.rareSnapshotEvery
        return time - snapshotTime >= every ? .snapshot : .sample
    }

    /// Whether the journal may cost this too. What is left out is told by the next sample, as far as that goes.
    private func affords(_ entry: Entry) -> Bool {
        switch entry {
        case .picture: budget.hasPictures
        case .event(let event): budget.hasDetails || !JournalFold.isDetail(event)
        case .dropped: true
        }
    }

    private mutating func line(_ entry: Entry) -> [UInt8] {
        switch entry {
        case .event(let event):
            let event = event.written
            guard let json = try? JSON.encode(event.kind) else { return [] }
            encoder.apply(event)
            // `{"kind":{...}}` with the time before the kind.
            let start = Array("{\"t\":\(JournalFormat.number(event.time)),".utf8)
            let line = start + json.dropFirst() + [UInt8(ascii: "\n")]
            bytes += line.count
            return line
        case .picture(let frame, let time):
            let png = Data(PNG.encode(frame)).base64EncodedString()
            return JournalFormat.line(
                time, "picture", #"{"frame":\#(frame.sequence),"png":"\#(png)"}"#.utf8)
        case .dropped(let events, let time):
            return JournalFormat.line(time, "dropped", #"{"events":\#(events)}"#.utf8)
        }
    }
}

extension EngineEvent {
    /// As a line tells it.
    fileprivate var written: EngineEvent {
        guard case .decided(let decision, _) = kind else { return self }
        return EngineEvent(time: time, kind: .decided(decision, latency: nil))
    }
}
