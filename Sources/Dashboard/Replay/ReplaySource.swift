import Canvas
import Glibc
import Journal
import Record
import Vision

/// A session from its journal: the player around the file. It belongs to the thread that draws, which reads just as
/// much as it shows.
final class ReplaySource {
    /// Seconds between two looks at the end of a journal that is being written.
    private static let pollPeriod = 0.1
    /// Seconds between two positions of one that plays.
    private static let playPeriod = 0.1
    /// Seconds that one turn may read: then the screen and the keys have theirs.
    private static let readTime = 0.05
    /// Seconds that one can go on after the last line: the receipts of the end stand for a moment, as they did live.
    private static let tail = 1.0

    private let reader: JournalReader
    /// Made after the first frame where that needs none: for a long journal it takes a moment.
    private var index: JournalIndex?
    private(set) var player: ReplayPlayer
    private var pictures = ReplayPictures()
    private var kind = JournalIndex.Mark.failure
    private var marks: [Double] = []
    /// Everything up to this time is read.
    private var foldedUntil = -1.0
    private var sampledAt = 0.0
    private var isWritten: Bool
    private var nextPoll = 0.0
    private var size = 0
    private var grewAt = 0.0
    private var now = 0.0
    private var told = (damaged: 0, dropped: 0, isGone: false)
    /// The session came to its end while it was followed, and nobody has looked elsewhere since.
    private var isFollowedToEnd = false
    /// What the person should know.
    private var sentences: [String] = []
    /// The first frame was drawn: it comes between the first turn and the second.
    private var hasTurned = false

    /// - Throws: ``JournalError`` when the file is no journal, or cannot be read.
    init(_ path: String, follows: Bool) throws(JournalError) {
        reader = try JournalReader(path)
        isWritten = reader.isBeingWritten()
        player = ReplayPlayer(atEdge: follows)
        if reader.isNewer {
            sentences.append(
                "written by a later version (\(reader.header.version)): what this one does not know is left out")
        }
        if follows {
            try makeIndex()
            try jump()
        } else {
            // What stands at the beginning is one moment: the settings, and what the first second told.
            try read(until: 0.5)
        }
    }

    /// Goes on to where the clock of who watches (seconds) has come; true when there may be something new to show.
    func advance(to now: Double) -> Bool {
        self.now = now
        let before = player
        do throws(JournalError) {
            if hasTurned, index == nil { try makeIndex() }
            hasTurned = true
            try poll()
            player.advance(to: now)
            if player.position != before.position {
                // Only what plays can wait for its next turn.
                let isPatient = player.isPlaying && !player.isAtEdge
                try read(until: player.position, atMost: isPatient ? Self.readTime : .infinity)
            }
            tellEnd()
        } catch {
            fail(error)
        }
        return player != before || isGone || isSilent
    }

    /// Seconds until ``advance(to:)`` has something to do; `nil` when only a key changes anything.
    var pause: Double? {
        let poll = isWritten ? max(0, nextPoll - now) : nil
        let play = player.isPlaying && !player.isAtEdge || index == nil ? Self.playPeriod : nil
        return [poll, play, isGone ? 1 : nil].compactMap(\.self).min()
    }

    /// Does what is asked; what there is to say of it comes with ``takeSentences()``.
    func perform(_ command: ReplayCommand) {
        isFollowedToEnd = false
        do throws(JournalError) {
            if index == nil { try makeIndex() }
            switch command {
            case .togglePlay: player.togglePlay()
            case .faster: player.faster()
            case .slower: player.slower()
            case .step:
                guard let line = try reader.next() else { return say("there is nothing after this") }
                take(line)
                player.step(to: line.time)
            case .seek(let seconds): player.seek(to: min(player.position, end) + seconds)
            case .go(let share): player.seek(to: share < 1 ? end * share : player.length)
            case .mark(let step): goToMark(step)
            case .nextKind:
                kind = kind.next
                findMarks()
                say("n and N go to \(kind.words.many): there \(marks.count == 1 ? "is" : "are") \(marks.count)")
            }
            if command != .step { try jump() }
        } catch {
            fail(error)
        }
    }

    /// What is shown happens now, and may be worth a call; what was once is not.
    var isNews: Bool { player.isAtEdge || isFollowedToEnd }

    func takeSentences() -> [String] {
        defer { sentences = [] }
        return sentences
    }

    /// What the dashboard draws.
    func shown() -> (Snapshot, Frame?) { (reader.snapshot, pictures.newest) }

    func picture(of frame: UInt64) -> Frame? { pictures[frame] }

    var status: ReplayStatus {
        var status = ReplayStatus()
        // Nothing ages after the last line but the receipts of an end.
        status.position = reader.snapshot.state == .ended ? player.position : min(player.position, end)
        status.speed = player.speed
        status.length = index.map { max($0.end, 0) }
        (status.isPlaying, status.isAtEdge) = (player.isPlaying, player.isAtEdge)
        (status.kind, status.marks) = (kind, marks)
        status.sampledAt = sampledAt
        status.writer = writer
        return status
    }

    private var writer: ReplayStatus.Writer {
        if isWritten { return .alive(silence: now - grewAt) }
        if reader.snapshot.state == .ended { return .ended }
        guard isGone else { return .unknown }
        var facts = stat()
        guard stat(reader.path, &facts) == 0 else { return .gone(0) }
        return .gone(max(0, Double(time(nil) - facts.st_mtim.tv_sec)))
    }

    /// The writer lives, and has written nothing for a while: it flushes each second.
    private var isSilent: Bool { isWritten && player.isAtEdge && now - grewAt > 2 }

    /// Stands at the end of a session that has told none.
    private var isGone: Bool {
        guard let index, !isWritten, reader.snapshot.state != .ended else { return false }
        return player.isAtEnd && foldedUntil >= index.end
    }

    private var end: Double { index?.end ?? player.position }

    private func say(_ sentence: String) { sentences.append(sentence) }

    private func fail(_ error: JournalError) {
        if player.isPlaying { player.togglePlay() }
        say("\(error)")
    }

    // MARK: Reading

    private func makeIndex() throws(JournalError) {
        // Who writes is asked first: what it wrote before it went is then looked at too.
        isWritten = reader.isBeingWritten()
        size = reader.size
        index = try JournalIndex(of: reader)
        (grewAt, nextPoll) = (now, now + Self.pollPeriod)
        indexChanged()
    }

    private func indexChanged() {
        findMarks()
        player.grow(to: max(0, end) + (isWritten ? 0 : Self.tail), isGrowing: isWritten)
    }

    private func findMarks() {
        marks = (index?.marks ?? []).filter { $0.mark == kind }.map(\.time)
    }

    /// Looks whether a journal that is being written has grown.
    private func poll() throws(JournalError) {
        guard isWritten, index != nil, now >= nextPoll else { return }
        nextPoll = now + Self.pollPeriod
        let wasWritten = reader.isBeingWritten()
        let present = reader.size
        if present != size {
            (size, grewAt) = (present, now)
            try index?.extend(reader)
        } else if wasWritten {
            return
        }
        isWritten = wasWritten
        if !isWritten, player.isAtEdge { isFollowedToEnd = true }
        indexChanged()
    }

    private func read(until time: Double, atMost seconds: Double = .infinity) throws(JournalError) {
        let start = ContinuousClock.now
        while let line = try reader.next(until: time) {
            take(line)
            guard seconds.isFinite, start.duration(to: .now) > .seconds(seconds) else { continue }
            return player.hold(at: line.time)
        }
        foldedUntil = max(foldedUntil, time)
        tellDamage()
    }

    private func take(_ line: JournalLine) {
        foldedUntil = max(foldedUntil, line.time)
        switch line.content {
        case .picture(let frame, let png): pictures.add(frame, png: png)
        case .keyframe, .snapshot, .sample: sampledAt = line.time
        case .event, .dropped, .unknown: break
        }
    }

    /// To the position, however far that is: by way of a keyframe, unless reading on is the shorter way.
    private func jump() throws(JournalError) {
        let time = player.position
        guard var index else { return }
        defer { self.index = index }
        let keyframe = index.keyframe(before: time).flatMap { $0.time <= time ? $0 : nil }
        if time < foldedUntil || keyframe.map({ $0.offset > reader.offset }) == true {
            pictures.forgetCurrent()
            try move(to: keyframe, &index)
            try read(until: time)
            // The picture on the screen may stand before the keyframe.
            if pictures.current == nil, let keyframe, let before = index.keyframe(before: keyframe.time.nextDown),
                before.offset < keyframe.offset,
                let picture = try reader.lastPicture(in: before.offset..<keyframe.offset)
            {
                pictures.add(picture.frame, png: picture.png)
            }
        } else {
            try read(until: time)
        }
    }

    private func move(to keyframe: JournalIndex.Place?, _ index: inout JournalIndex) throws(JournalError) {
        (foldedUntil, sampledAt) = (-1, keyframe?.time ?? 0)
        if let keyframe { try reader.seek(to: keyframe.time, &index) } else { reader.move(to: 0) }
    }

    private func goToMark(_ step: Int) {
        // While it plays, the mark that one has just gone to lies behind already.
        let slack = player.isPlaying ? max(1, player.speed) : 0
        let found = step > 0
            ? marks.first { $0 > player.position } : marks.last { $0 < player.position - slack }
        guard let found else {
            return say("no \(kind.words.one) \(step > 0 ? "after" : "before") this; m: another kind")
        }
        player.seek(to: found)
    }

    /// Says what could not be read or was never written, where it is met.
    private func tellDamage() {
        let damaged = reader.damaged - told.damaged
        let dropped = reader.dropped - told.dropped
        if damaged > 0 {
            let lines = damaged == 1 ? "a damaged line is" : "\(damaged) damaged lines are"
            say("\(lines) passed over here" + (reader.isIncomplete ? "; some figures are old for a while" : ""))
        }
        if dropped > 0 { say("\(NumberFormat.count(dropped)) events were lost here when they were written") }
        (told.damaged, told.dropped) = (reader.damaged, reader.dropped)
    }

    private func tellEnd() {
        if isGone, !told.isGone {
            say("the session wrote no end: it was killed, or the machine went down; what is armed was not closed")
        }
        told.isGone = isGone
    }
}
