import Basics
import FoundationEssentials
import Glibc
import Record
import Synchronization
import Vision

/// Writes a session down while it runs: one thread of its own, which is the only one that ever waits for the disk.
///
/// Four times a second, and at once after what cost money or closed something, it adds lines of what waits to the file;
/// once a second with what they do not tell of the snapshot that all of it is folded to. What cannot be written (the
/// disk is full, or too slow) is counted, told on the screen and, when there is room again, in the file itself; it
/// never holds up the session.
package final class JournalWriter: Sendable {
    /// Takes what waits and the snapshot of the same moment: between the two no event may come.
    package typealias Source = @Sendable (_ drain: () -> Void) -> Snapshot

    package let path: String
    private let queue: JournalQueue
    private let bell = Bell()
    private let state = Mutex(State())
    private let pen: Pen
    /// The folder it is in, if that is one for sessions, and what that may hold.
    private let shelf: (folder: JournalFolder, keep: Int)?
    /// Bytes of a session after which its folder is looked at again.
    private static let prunedEvery = 16 << 20
    /// Seconds between two turns, and between two that sample the snapshot.
    private static let turnEvery = 0.25
    private static let sampleEvery = 1.0
    private static let startsAfter = 0.1

    private struct State {
        var isStarted = false
        var isLast = false
        var waiting: [CheckedContinuation<String?, Never>] = []
        var ended: [CheckedContinuation<Void, Never>] = []
        var isOver = false
    }

    /// Opens a new file and writes its header.
    /// - Throws: ``JournalError``: the folder cannot be made, the file exists, the disk is full.
    package static func open(_ settings: JournalSettings, info: SessionInfo, now: Date = Date()) throws(JournalError)
        -> JournalWriter?
    {
        let path: String
        var shelf: (folder: JournalFolder, keep: Int)?
        var name = JournalFolder.name(now)
        switch settings.target {
        case .off: return nil
        case .file(let file): path = file
        case .folder(let folder):
            let folder = try JournalFolder(creating: folder)
            shelf = (folder, settings.keep)
            path = folder.path + "/" + name + JournalFolder.suffix
        }
        let stem = path.split(separator: "/").last.map(String.init) ?? path
        if case .file = settings.target { name = stem.hasSuffix(".jsonl") ? String(stem.dropLast(6)) : stem }
        var file = try JournalFile(creating: path)
        let header = JournalHeader(
            version: settings.version, session: name, started: now, machine: .now(), settings: info)
        try file.append(header.line)
        return JournalWriter(file, pictures: settings.pictures, shelf: shelf)
    }

    /// Finds out before a session starts whether it can be written down; leaves nothing but the folder.
    /// - Throws: ``JournalError``, as ``open(_:info:now:)`` does.
    package static func probe(_ settings: JournalSettings) throws(JournalError) {
        guard let journal = try open(settings, info: SessionInfo()) else { return }
        unlink(journal.path)
    }

    init(
        _ file: consuming JournalFile, pictures: Bool, shelf: (folder: JournalFolder, keep: Int)? = nil,
        clock: any EngineClock = ContinuousClock()
    ) {
        path = file.path
        self.shelf = shelf
        queue = JournalQueue(pictures: pictures) { [bell] in bell.ring() }
        pen = Pen(file, clock: clock)
    }

    /// Hears of an event. Called for each, in order; never waits. `picture` is asked for the one it is about.
    package func take(_ event: EngineEvent, picture: () -> Frame?) { queue.take(event, picture: picture) }

    /// Starts the thread. `tell` is called on it when something is to be told of the journal.
    package func start(source: @escaping Source, tell: @escaping @Sendable (JournalStatus) -> Void) {
        state.withLock { $0.isStarted = true }
        Self.startThread { self.write(source, tell) }
    }

    /// Returns when everything that was told so far is on the disk.
    /// - Throws: ``JournalFailure`` when it is not.
    package func sync() async throws {
        let trouble = await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isOver, state.isStarted { state.waiting.append(continuation) }
                return state.isOver || !state.isStarted
            }
            if isOver { continuation.resume(returning: nil) } else { bell.ring() }
        }
        if let trouble { throw JournalFailure(description: trouble) }
    }

    /// Writes what is left, closes the file and ends the thread. Nothing is taken afterwards.
    package func finish() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                state.isLast = true
                if !state.isOver, state.isStarted { state.ended.append(continuation) }
                return state.isOver || !state.isStarted
            }
            if isOver { continuation.resume() } else { bell.ring() }
        }
    }

    // MARK: The thread

    private func write(_ source: Source, _ tell: @Sendable (JournalStatus) -> Void) {
        var told = JournalStatus()
        // Its folder is looked at when the session begins, too.
        var prunedAt = -Self.prunedEvery - 1
        holdBack()
        var sampleAt = ContinuousClock.now
        while true {
            let (waiting, isLast) = state.withLock { state in
                defer { state.waiting = [] }
                return (state.waiting, state.isLast)
            }
            let isSampled = ContinuousClock.now >= sampleAt || !waiting.isEmpty || isLast
            if isSampled { sampleAt = .now + .seconds(Self.sampleEvery) }
            let status = isSampled
                ? writeOnce(source, isSynced: !waiting.isEmpty, isLast: isLast) : writeLines()
            if status.trouble != told.trouble || status.dropped != told.dropped || status.free != told.free
                || status.bytes - told.bytes > 100_000 || told.path.isEmpty || !waiting.isEmpty || isLast
            {
                told = status
                tell(status)
            }
            for one in waiting { one.resume(returning: status.trouble) }
            if let shelf, status.bytes - prunedAt > Self.prunedEvery || isLast {
                prunedAt = status.bytes
                shelf.folder.prune(to: shelf.keep)
            }
            if isLast { break }
            bell.wait(seconds: min(Self.turnEvery, ContinuousClock.now.duration(to: sampleAt).seconds))
        }
        let (waiting, ended) = state.withLock { state in
            state.isOver = true
            defer { (state.waiting, state.ended) = ([], []) }
            return (state.waiting, state.ended)
        }
        for one in waiting { one.resume(returning: nil) }
        for one in ended { one.resume() }
    }

    /// While a session starts, the screen comes first, whatever is to be written: all but what somebody waits for.
    private func holdBack() {
        let end = ContinuousClock.now + .seconds(Self.startsAfter)
        while case let left = ContinuousClock.now.duration(to: end).seconds, left > 0,
            state.withLock({ !$0.isLast && $0.waiting.isEmpty })
        {
            bell.wait(seconds: left)
        }
    }

    /// One turn: what waits becomes lines of the file. For tests, which have no thread.
    @discardableResult
    func writeOnce(
        _ source: Source, isSynced: Bool = false, isLast: Bool = false
    ) -> JournalStatus {
        var taken: (entries: [JournalScribe.Entry], dropped: Int, urgent: Bool) = ([], 0, false)
        let snapshot = source {
            taken = queue.drain()
            if isLast { queue.close() }
        }
        return pen.write(
            taken.entries, dropped: taken.dropped, then: snapshot,
            isSynced: isSynced || taken.urgent || isLast, isLast: isLast)
    }

    /// A turn without a look at the snapshot: what is not a line of its own waits for the next one that has.
    @discardableResult
    func writeLines() -> JournalStatus {
        let taken = queue.drain()
        return pen.write(taken.entries, dropped: taken.dropped, then: nil, isSynced: taken.urgent, isLast: false)
    }

    private static func startThread(_ body: @escaping @Sendable () -> Void) {
        final class Body: Sendable {
            let run: @Sendable () -> Void
            init(_ run: @escaping @Sendable () -> Void) { self.run = run }
        }
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(body))
        let failure = pthread_create(&thread, nil, { raw in
            if let raw { Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run() }
            return nil
        }, body.toOpaque())
        precondition(failure == 0, "no thread: error \(failure)")
        pthread_detach(thread)
    }
}

/// The journal is not on the disk, and why.
package struct JournalFailure: Error, CustomStringConvertible { package let description: String }

extension JournalHeader {
    var line: [UInt8] { ((try? JSON.encode(Line(singularis: self))) ?? []) + [UInt8(ascii: "\n")] }
}
