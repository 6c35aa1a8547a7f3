import Vision

/// What a model counted for one request, in tokens.
package struct TokenUsage: Recorded {
    package var prompt = 0
    package var candidates = 0
    package var thoughts = 0
    /// The part of `prompt` that the server had in its cache.
    package var cached = 0
    package init() {}

    /// The counts come from outside: none is taken to be negative or beyond all reason.
    package init(prompt: Int, candidates: Int, thoughts: Int, cached: Int = 0) {
        func sane(_ count: Int) -> Int { max(0, min(count, 1_000_000_000)) }
        self.prompt = sane(prompt)
        self.candidates = sane(candidates)
        self.thoughts = sane(thoughts)
        self.cached = sane(cached)
    }
    package var total: Int { prompt + candidates + thoughts }
}

/// How a streamed interpretation ended.
package enum InterpretationEnd: Sendable, Codable, Equatable {
    /// The model said it was done; carries its `finishReason`.
    case finished(reason: String)
    /// The stream stopped without a `finishReason`.
    case truncated
    /// The request failed; carries a sentence for the operator that names phase and remedy.
    case failed(String)
    /// It was closed or replaced before it was over.
    case cancelled
}

/// The model's commentary on one frame, seen from one perspective.
package struct Interpretation: Recorded, Identifiable {
    /// Counts up by one over a session.
    package internal(set) var id = 0
    package internal(set) var perspective = Perspective.tactical
    package internal(set) var frame: UInt64 = 0
    /// Seconds since the session started.
    package internal(set) var startedAt = 0.0
    package var text = ""
    /// Seconds from asking to the first piece of text.
    package var firstPieceAfter: Double?
    /// Seconds from asking to the end.
    package var duration: Double?
    package var usage: TokenUsage?
    /// The model that answered, as it says itself.
    package var modelVersion: String?
    /// `nil` while it streams.
    package var end: InterpretationEnd?

    package init() {}
    package init(id: Int, perspective: Perspective, frame: UInt64, startedAt: Double) {
        self.id = id
        self.perspective = perspective
        self.frame = frame
        self.startedAt = startedAt
    }
}
