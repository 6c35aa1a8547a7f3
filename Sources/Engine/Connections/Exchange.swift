import DequeModule
import NIOCore
import NIOHTTP1
import Synchronization

/// One request and its response, between the event loop that moves the bytes and the task that reads them.
///
/// The loop's side is ``ExchangeHandler``. This side holds what has arrived and was not yet read, makes the loop pause
/// when that is much, and lets the reader wait. The first end wins: complete, or failed.
final class Exchange: Sendable {
    private enum Waiter {
        case head(CheckedContinuation<HTTPResponseHead, any Error>)
        case piece(CheckedContinuation<ByteBuffer?, any Error>)
    }
    private enum Delivery {
        case none
        case head(CheckedContinuation<HTTPResponseHead, any Error>, HTTPResponseHead)
        case piece(CheckedContinuation<ByteBuffer?, any Error>, ByteBuffer?)
        case failure(Waiter, any Error)

        func resume() {
            switch self {
            case .none: break
            case .head(let continuation, let head): continuation.resume(returning: head)
            case .piece(let continuation, let piece): continuation.resume(returning: piece)
            case .failure(.head(let continuation), let error): continuation.resume(throwing: error)
            case .failure(.piece(let continuation), let error): continuation.resume(throwing: error)
            }
        }
    }
    private struct State {
        var head: HTTPResponseHead?
        var pieces = Deque<ByteBuffer>()
        var buffered = 0
        var isComplete = false
        var failure: (any Error)?
        var waiter: Waiter?
        var channel: (any Channel)?
        /// The loop wanted to read and was told to wait.
        var isHeld = false

        /// What the reader gets, and the channel that may read again because of it.
        mutating func take(
            _ continuation: CheckedContinuation<ByteBuffer?, any Error>
        ) -> (Delivery, (any Channel)?) {
            if let piece = pieces.popFirst() {
                buffered -= piece.readableBytes
                guard isHeld, buffered <= Exchange.lowWater else { return (.piece(continuation, piece), nil) }
                isHeld = false
                return (.piece(continuation, piece), channel)
            }
            if let failure { return (.failure(.piece(continuation), failure), nil) }
            if isComplete { return (.piece(continuation, nil), nil) }
            precondition(waiter == nil, "a response body has one reader")
            waiter = .piece(continuation)
            return (.none, nil)
        }
    }

    let call: Call
    let request: HTTPRequestHead
    let body: ByteBuffer
    /// The largest response body that is taken, in bytes.
    let bound: Int
    private let ended: @Sendable () -> Void
    private let state = Mutex(State())
    /// Body bytes held for the reader before the loop stops reading from the socket.
    private static let highWater = 256 * 1024
    private static let lowWater = 64 * 1024

    /// `ended` is called once, before the connection is closed: the request needs it no longer.
    init(
        _ request: HTTPRequestHead, body: ByteBuffer, call: Call, bound: Int, ended: @escaping @Sendable () -> Void
    ) {
        self.request = request
        self.body = body
        self.call = call
        self.bound = bound
        self.ended = ended
    }

    /// The whole response was received, whether it was read or not.
    var isComplete: Bool { state.withLock { $0.isComplete } }
    var failure: (any Error)? { state.withLock { $0.failure } }

    // MARK: The reader's side

    func head() async throws -> HTTPResponseHead {
        try await withCheckedThrowingContinuation { continuation in
            state.withLock { state in
                if let failure = state.failure { return Delivery.failure(.head(continuation), failure) }
                if let head = state.head { return .head(continuation, head) }
                state.waiter = .head(continuation)
                return .none
            }.resume()
        }
    }

    /// The next piece of the body, `nil` at its end.
    func next() async throws -> ByteBuffer? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<ByteBuffer?, any Error>) in
                let (delivery, resumed) = state.withLock { $0.take(continuation) }
                resumed?.read()
                delivery.resume()
                // A cancellation that came before the wait found nobody to wake.
                if Task.isCancelled { interrupt() }
            }
        } onCancel: {
            interrupt()
        }
    }

    /// Wakes a reader whose own task was cancelled; the exchange itself goes on.
    private func interrupt() {
        state.withLock { state in
            guard case .piece = state.waiter, let waiter = state.waiter else { return Delivery.none }
            state.waiter = nil
            return .failure(waiter, CancellationError())
        }.resume()
    }

    // MARK: The loop's side

    /// The connection to read from when there is room again.
    func attach(_ channel: any Channel) { state.withLock { $0.channel = channel } }

    /// Whether there is room for more. If not, the channel is told to read as soon as there is.
    func mayRead() -> Bool {
        state.withLock { state in
            guard state.buffered >= Self.highWater, state.failure == nil else { return true }
            state.isHeld = true
            return false
        }
    }

    func receive(_ head: HTTPResponseHead) {
        state.withLock { state in
            guard state.failure == nil else { return Delivery.none }
            state.head = head
            guard case .head(let continuation) = state.waiter else { return .none }
            state.waiter = nil
            return .head(continuation, head)
        }.resume()
    }

    func receive(_ piece: ByteBuffer) {
        state.withLock { state in
            guard state.failure == nil else { return Delivery.none }
            guard case .piece(let continuation) = state.waiter else {
                state.pieces.append(piece)
                state.buffered += piece.readableBytes
                return .none
            }
            state.waiter = nil
            return .piece(continuation, piece)
        }.resume()
    }

    /// The response is complete; what is held can still be read.
    func complete() {
        let (first, delivery) = state.withLock { state -> (Bool, Delivery) in
            guard state.failure == nil, !state.isComplete else { return (false, .none) }
            state.isComplete = true
            state.channel = nil
            guard case .piece(let continuation) = state.waiter else { return (true, .none) }
            state.waiter = nil
            return (true, .piece(continuation, nil))
        }
        if first { ended() }
        delivery.resume()
    }

    /// Ends the exchange, unless it is complete. What was received before can still be read, unless `atOnce`.
    func fail(_ error: any Error, atOnce: Bool = false) {
        let (first, delivery) = state.withLock { state -> (Bool, Delivery) in
            guard state.failure == nil, !state.isComplete else { return (false, .none) }
            state.failure = error
            state.channel = nil
            if atOnce { (state.pieces, state.buffered) = ([], 0) }
            guard let waiter = state.waiter else { return (true, .none) }
            state.waiter = nil
            return (true, .failure(waiter, error))
        }
        if first { ended() }
        delivery.resume()
    }
}
