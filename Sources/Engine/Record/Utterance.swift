/// A line to be spoken, and shown as a subtitle.
package struct Utterance: Sendable, Codable, Equatable {
    package let text: String
    package let priority: Priority
    /// Two utterances of one topic replace each other: the newer makes the older stale.
    package let topic: String

    package init(text: String, priority: Priority, topic: String) {
        (self.text, self.priority, self.topic) = (text, priority, topic)
    }
}

/// Why an utterance was not spoken.
package enum UtteranceDrop: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    case belowThreshold, rateLimited, replaced, queueFull, closed
}
