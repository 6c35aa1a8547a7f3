import Record
import Synchronization
import Vision

/// What waits to be written, in bounded memory. Adding to it never waits: what finds it full is dropped and counted.
final class JournalQueue: Sendable {
    /// Bytes that may wait.
    static let capacity = 4 << 20
    /// Seconds between two pictures at the least.
    static let pictureEvery = 1.0

    private struct State {
        var fold = JournalFold()
        var entries: [JournalScribe.Entry] = []
        var bytes = 0
        var dropped = 0
        var time = 0.0
        var pictureTime = -Double.infinity
        var isUrgent = false
        var isClosed = false
    }
    private let state = Mutex(State())
    private let pictures: Bool
    /// Called, under the lock, when something must be written soon.
    private let ring: @Sendable () -> Void

    init(pictures: Bool, ring: @escaping @Sendable () -> Void) { (self.pictures, self.ring) = (pictures, ring) }

    func take(_ event: EngineEvent, picture: () -> Frame?) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.time = event.time
            let isLine = state.fold.takes(event)
            let mayShow = pictures && event.kind.isOfOnePicture
                && event.time - state.pictureTime >= Self.pictureEvery
            guard isLine || mayShow else { return }
            guard state.bytes < Self.capacity else {
                if isLine { state.dropped += 1 }
                return
            }
            if isLine {
                state.entries.append(.event(event))
                state.bytes += Self.size(of: event)
            }
            if mayShow, let frame = picture() {
                state.pictureTime = event.time
                state.entries.append(.picture(frame, time: event.time))
                state.bytes += frame.rgb.count
            }
            let wasUrgent = state.isUrgent
            state.isUrgent = wasUrgent || JournalFold.isUrgent(event) || state.bytes > Self.capacity / 2
            if state.isUrgent, !wasUrgent { ring() }
        }
    }

    /// Takes out everything. `urgent`: it must be synced.
    func drain() -> (entries: [JournalScribe.Entry], dropped: Int, urgent: Bool) {
        state.withLock { state in
            defer { (state.entries, state.bytes, state.dropped, state.isUrgent) = ([], 0, 0, false) }
            var entries = state.entries
            if state.dropped > 0 { entries.append(.dropped(state.dropped, time: state.time)) }
            return (entries, state.dropped, state.isUrgent)
        }
    }

    /// Takes nothing any more.
    func close() { state.withLock { $0.isClosed = true } }

    /// About what an event takes while it waits.
    private static func size(of event: EngineEvent) -> Int {
        let text = switch event.kind {
        case .interpretationEnded(let done): done.text.utf8.count
        case .notice(let text): text.utf8.count
        case .endpointFailing(_, _, let message): message.utf8.count
        default: 0
        }
        return MemoryLayout<EngineEvent>.stride + 128 + text
    }
}

extension EngineEvent.Kind {
    /// It is about one picture, which may be worth keeping.
    fileprivate var isOfOnePicture: Bool {
        switch self {
        case .decided, .perceived: true
        default: false
        }
    }
}
