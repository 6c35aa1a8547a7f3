import Record
import Synchronization

/// Which parts of the OpenAI API a server takes. Starts with all of them and gives up what is refused, from the next
/// request on: a request is never sent twice, so that every one is admitted.
final class OpenAIDialect: Sendable {
    enum JSONMode: Sendable {
        /// `response_format` with the schema.
        case schema
        /// `response_format` that only says JSON; the schema stands in the text.
        case object
        /// No `response_format`; the schema stands in the text.
        case none
    }
    struct Features: Sendable, Equatable {
        var json = JSONMode.schema
        var streamsUsage = true
        /// `max_completion_tokens` instead of `max_tokens`.
        var countsCompletion = false
    }
    private let state = Mutex(Features())

    var features: Features { state.withLock { $0 } }

    /// A request was refused. True when the next one will leave out what was to blame.
    func learn(from refusal: GeminiMessages.Refusal, status: Int, of sent: Features, hadSchema: Bool) -> Bool {
        guard [400, 404, 415, 422, 500, 501].contains(status) else { return false }
        let message = refusal.message.lowercased()
        func blames(_ words: String...) -> Bool { words.contains { message.contains($0) } }
        var better = sent
        if hadSchema, sent.json != .none, blames("response_format", "json_schema", "json_object", "schema", "grammar") {
            better.json = sent.json == .schema && !blames("json_object") ? .object : .none
        } else if sent.streamsUsage, blames("stream_options", "include_usage") {
            better.streamsUsage = false
        } else if !sent.countsCompletion, blames("max_completion_tokens") {
            better.countsCompletion = true
        }
        guard better != sent else { return false }
        // Another request may have learnt the same meanwhile, or something else.
        state.withLock { now in
            if better.json != sent.json { now.json = better.json }
            if !better.streamsUsage { now.streamsUsage = false }
            if better.countsCompletion { now.countsCompletion = true }
        }
        return true
    }
}
