import Basics
import NIOCore
import NIOHTTP1
import Serving

/// How an answer goes out: when its request came, and what is to go wrong with it.
struct Delivery: Sendable {
    let fault: ModelFault?
    let askedAt: ContinuousClock.Instant

    /// A slow answer takes this many times as long.
    static let slowness = 10
    var pace: Int { fault == .slow ? Self.slowness : 1 }
}

extension ModelService {
    /// The drops of a slow answer that is not streamed, and what lies between them.
    private static let drops = 20
    private static let betweenDrops = Duration.milliseconds(250)

    /// Plays a fault that takes the place of an answer; `false` when there will be an answer after all. Throws the
    /// refusal where the fault is one.
    func play(_ fault: ModelFault, _ route: ModelRoute, through writer: ResponseWriter) async throws -> Bool {
        count { $0.faults[fault, default: 0] += 1 }
        switch fault {
        case .rateLimited:
            let model = route.call.model ?? EmbeddedModelConfiguration.defaultModel
            throw APIError.rateLimited(model: model, retryAfter: dice.retryDelay())
        case .internalError: throw APIError.internalError
        case .hang:
            // Ends when the client goes away, or the server closes: both cancel the task.
            await Wakeup().wait()
            throw CancellationError()
        case .reset: try await writer.reset()
        case .garbage:
            switch dice.garbage() {
            case .noHTTP(let bytes): try await writer.raw(bytes)
            case .noJSON(let text): try await writer.send(.ok, json: text)
            }
            writer.close()
        case .truncate, .slow: return false
        }
        return true
    }

    func wait(until time: Duration, _ delivery: Delivery) async throws {
        try await clock.sleep(until: delivery.askedAt + time * delivery.pace, tolerance: nil)
    }

    /// Writes an answer in one piece. `false` when it was broken off.
    func send(_ answer: some Encodable, _ delivery: Delivery, through writer: ResponseWriter) async throws -> Bool {
        let text = try JSON.text(answer)
        switch delivery.fault {
        case .truncate:
            try await writer.half(of: text)
            writer.close()
            return false
        case .slow:
            let bytes = Array(text.utf8)
            let drop = max(1, bytes.count / Self.drops)
            writer.begin(type: ResponseWriter.json, length: bytes.count)
            for start in stride(from: 0, to: bytes.count, by: drop) {
                try await writer.piece(bytes[start..<min(start + drop, bytes.count)])
                try await clock.sleep(for: Self.betweenDrops)
            }
            try await writer.end()
        default: try await writer.send(.ok, json: text)
        }
        return true
    }

    /// Writes the pieces when they are due. Due times count from the request, so that a late wake-up does not add up.
    /// `false` when it was broken off.
    func stream(
        _ response: some StreamedResponse, _ framing: StreamFraming, _ delivery: Delivery,
        through writer: ResponseWriter
    ) async throws -> Bool {
        let pieces = 0..<response.count
        let cut = delivery.fault == .truncate ? (pieces.count + 1) / 2 : nil
        for index in pieces {
            try await wait(until: response.isPaced ? configuration.due(piece: index) : .zero, delivery)
            if index == 0 { writer.begin(type: framing == .events ? ResponseWriter.events : ResponseWriter.json) }
            var message = try JSON.text(response.message(ofPiece: index))[...]
            if index == cut { message = message.prefix(message.count / 2) }
            switch framing {
            case .events: try await writer.piece("data: \(message)\(index == cut ? "" : "\r\n\r\n")".utf8)
            case .array: try await writer.piece(((index == 0 ? "[" : ",\r\n") + message).utf8)
            }
            guard index != cut else {
                writer.close()
                return false
            }
        }
        if framing == .array { try await writer.piece("]".utf8) }
        try await writer.end()
        return true
    }
}
