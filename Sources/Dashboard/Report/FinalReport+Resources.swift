import Connections
import Engine
import Record
import Vision

/// The figures of model, voice and connections, and the proof that everything was closed.
extension FinalReport {
    struct InterpreterFigures: Codable, Equatable, Sendable {
        var perspectives: [String]
        var started: Int
        var finished: Int
        var truncated: Int
        var failed: Int
        var cancelled: Int
        var framesDropped: Int
        var firstPiece: Spread
        var wholeAnswer: Spread
        var plans: Int
        var planFailures: Int
        var intents: Int
        var lateIntents: Int
        var planning: Spread
        var promptTokens: Int
        var answerTokens: Int
        var thoughtTokens: Int
        var totalTokens: Int
        /// Why requests failed when the session ended; null when they did not.
        var trouble: OrNull<Trouble>

        struct Trouble: Codable, Equatable, Sendable {
            var message: String
            var sinceSeconds: Double
            var failures: Int
        }

        init(_ snapshot: Snapshot) {
            let s = snapshot.statistics
            perspectives = snapshot.perspectives.map(\.rawValue)
            started = s.interpretations
            finished = s.interpretationsFinished
            truncated = s.interpretationsTruncated
            failed = s.interpretationsFailed
            cancelled = s.interpretationsCancelled
            framesDropped = s.interpreterFramesDropped
            firstPiece = Spread(s.firstPiece)
            wholeAnswer = Spread(s.interpretationLatency)
            plans = s.plans
            planFailures = s.planFailures
            intents = s.intents
            lateIntents = s.lateIntents
            planning = Spread(s.planLatency)
            promptTokens = s.usage.prompt
            answerTokens = s.usage.candidates
            thoughtTokens = s.usage.thoughts
            totalTokens = s.usage.total
            trouble = OrNull(
                snapshot.endpointTrouble.map {
                    Trouble(message: $0.message, sinceSeconds: $0.since, failures: $0.failures)
                })
        }
    }

    struct Voice: Codable, Equatable, Sendable {
        /// Lines that were said, on the screen at the least.
        var spoken: Int
        /// Of these, those that could be heard.
        var heard: Int
        /// Why none was to be heard at the end; null where there was a voice.
        var silence: OrNull<String>
        var dropped: Int
        /// By reason, the most frequent first.
        var drops: [Count]

        init(_ snapshot: Snapshot) {
            let s = snapshot.statistics
            spoken = s.spoken
            switch snapshot.voice.mode {
            case .text: silence = OrNull(snapshot.voice.why ?? "no voice")
            case .muted: silence = OrNull("muted")
            case .aloud: silence = OrNull(nil)
            }
            heard = s.aloud
            dropped = s.unspoken.values.reduce(0, +)
            drops = FinalReport.ranked(s.unspoken.map { ($0.key.rawValue, $0.value) })
        }
    }

    struct Connections: Codable, Equatable, Sendable {
        var limit: Int
        var limitPerHost: Int
        var opened: Int
        var closed: Int
        /// Opened and not closed.
        var leftOpen: Int
        /// The most that were ever open at once.
        var peak: Int
        var requests: Int
        var answered: Int
        var failed: Int
        /// Failed requests by the phase they failed in.
        var failures: [Count]
        /// Requests whose answer was wanted no more before it was whole. requests = answered + failed + cancelled +
        /// under way.
        var cancelled: Int
        /// More than 0 only while the session runs.
        var underWay: Int
        var sentBytes: Int
        var receivedBytes: Int
        var hosts: [Host]

        struct Host: Codable, Equatable, Sendable {
            /// Scheme, host and port.
            var origin: String
            var opened: Int
            var closed: Int
            var failed: Int
            var peak: Int
        }

        init(_ pool: Occupancy) {
            (limit, limitPerHost) = (pool.limit, pool.limitPerHost)
            (opened, closed, leftOpen) = (pool.opened, pool.closed, pool.opened - pool.closed)
            peak = pool.peak
            (requests, answered, failed) = (pool.requests, pool.answered, pool.failed)
            cancelled = pool.abandoned
            underWay = requests - answered - failed - cancelled
            failures = Phase.allCases.compactMap { phase in
                guard let count = pool.failedByPhase[phase], count > 0 else { return nil }
                return Count(name: phase.rawValue, count: count)
            }
            (sentBytes, receivedBytes) = (pool.bytesSent, pool.bytesReceived)
            hosts = pool.origins.sorted { $0.key < $1.key }.map { origin, totals in
                Host(
                    origin: origin, opened: totals.opened, closed: totals.closed, failed: totals.failed,
                    peak: totals.peak)
            }
        }
    }

    /// The receipt of one resource.
    struct Closing: Codable, Equatable, Sendable {
        enum Result: String, Codable, Sendable {
            case closed
            case timedOut = "timed_out"
            case failed
            case neverClosed = "never_closed"
            /// In a report of a session that goes on.
            case armed
        }
        var name: String
        /// 1...4.
        var step: Int
        var result: Result
        var isLeftOpen: Bool
        /// Why it failed.
        var failure: OrNull<String>
        var tookSeconds: OrNull<Double>

        init(_ resource: ResourceStatus, isInterim: Bool) {
            name = resource.name
            step = resource.step
            failure = OrNull(nil)
            guard case .done(let receipt) = resource.phase else {
                (result, tookSeconds, isLeftOpen) = (isInterim ? .armed : .neverClosed, OrNull(nil), !isInterim)
                return
            }
            isLeftOpen = resource.isLeftOpen
            tookSeconds = OrNull(receipt.duration)
            switch receipt.result {
            case .closed: result = .closed
            case .timedOut: result = .timedOut
            case .failed(let why): (result, failure) = (.failed, OrNull(why))
            }
        }
    }

    /// What was open before and after, as the kernel counts.
    struct Audited: Codable, Equatable, Sendable {
        var isClean: Bool
        var socketsAtStart: Int
        var socketsAtEnd: Int
        var childrenAtStart: Int
        var childrenAtEnd: Int

        init(_ audit: Audit) {
            isClean = audit.isClean
            (socketsAtStart, socketsAtEnd) = (audit.socketsAtStart, audit.socketsAtEnd)
            (childrenAtStart, childrenAtEnd) = (audit.childrenAtStart, audit.childrenAtEnd)
        }
    }

    /// What the dashboard itself cost.
    struct DashboardFigures: Codable, Equatable, Sendable {
        var frames = 0
        /// Frames that were not drawn because the terminal was still busy with one before.
        var framesSkipped = 0
        var writtenBytes = 0
        /// Processor time of the thread that draws.
        var cpuSeconds = 0.0
        var slowestFrameSeconds = 0.0
        /// Absolute paths of the files into which screens and reports were saved.
        var savedFiles: [String] = []
    }
}
