import DequeModule
import NIOCore
import NIOHTTP1
import Synchronization

/// One request and its response, between the event loop that moves the bytes and the task that reads them.
///
/// The loop's side is ``ExchangeHandler``. This side holds what has arrived and was not yet read, makes the loop pause
/// when that is much, and lets the reader wait. The first end wins: complete, or failed.
final class Exchange: Sendable {
    /// Nothing of the request was sent, and nothing can be over this connection: try another. Comes in place of the
    /// head, so never to whom the response is for.
    struct Bounce: Error {}

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

        /// What can be read now, if anything.
        enum Readiness {
            case piece(ByteBuffer?)
            case failed(any Error)
            case later
        }

        /// Takes what can be read now, and names the channel that may read again because of it.
        mutating func take() -> (Readiness, (any Channel)?) {
            if let piece = pieces.popFirst() {
                buffered -= piece.readableBytes
                guard isHeld, buffered <= Exchange.lowWater else { return (.piece(piece), nil) }
                isHeld = false
                return (.piece(piece), channel)
            }
            if let failure { return (.failed(failure), nil) }
            return (isComplete ? .piece(nil) : .later, nil)
        }

        /// Gives the reader what it waits for, if that is there.
        mutating func serve() -> (Delivery, (any Channel)?) {
            switch waiter {
            case .none: return (.none, nil)
            case .head(let continuation):
                guard let head else { return (.none, nil) }
                waiter = nil
                return (.head(continuation, head), nil)
            case .piece(let continuation):
                let (readiness, channel) = take()
                switch readiness {
                case .later: return (.none, nil)
                case .piece(let piece):
                    waiter = nil
                    return (.piece(continuation, piece), channel)
                case .failed(let error):
                    waiter = nil
                    return (.failure(.piece(continuation), error), channel)
                }
            }
        }
    }

    let call: Call
    let request: HTTPRequestHead
    let body: ByteBuffer
    /// The largest response body that is taken, in bytes.
    let bound: Int
    /// Asked with the connection and the server's own word on how long it stays open, in seconds.
    typealias Keep = @Sendable (_ connection: KeptConnection, _ serverTimeout: Int?) -> Bool
    let keep: Keep?
    private let ended: @Sendable () -> Void
    private let state = Mutex(State())
    /// Body bytes held for the reader before the loop stops reading from the socket.
    private static let highWater = 256 * 1024
    private static let lowWater = 64 * 1024

    /// `ended` is called once, before the connection is closed: the request needs it no longer. `keep` is asked when
    /// the connection could serve another request, and says whether it is kept; it is `nil` under force close.
    init(
        _ request: HTTPRequestHead, body: ByteBuffer, call: Call, bound: Int, keep: Keep? = nil,
        ended: @escaping @Sendable () -> Void
    ) {
        self.keep = keep
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
                if let head = state.head { return Delivery.head(continuation, head) }
                if let failure = state.failure { return .failure(.head(continuation), failure) }
                state.waiter = .head(continuation)
                return .none
            }.resume()
        }
    }

    /// The next piece of the body, `nil` at its end.
    func next() async throws -> ByteBuffer? {
        let (readiness, resumed) = state.withLock { $0.take() }
        resumed?.read()
        switch readiness {
        case .piece(let piece): return piece
        case .failed(let error): throw error
        case .later: return try await later()
        }
    }

    private func later() async throws -> ByteBuffer? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<ByteBuffer?, any Error>) in
                let (delivery, resumed) = state.withLock { state in
                    precondition(state.waiter == nil, "a response body has one reader")
                    state.waiter = .piece(continuation)
                    return state.serve()
                }
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

    /// Keeps the head; ``deliver()`` hands it over.
    func receive(_ head: HTTPResponseHead) {
        state.withLock { if $0.failure == nil { $0.head = head } }
    }

    /// Keeps a piece of the body; ``deliver()`` hands it over.
    func receive(_ piece: ByteBuffer) {
        state.withLock { state in
            guard state.failure == nil else { return }
            state.pieces.append(piece)
            state.buffered += piece.readableBytes
        }
    }

    /// The response is complete; what is held can still be read. `false` when the exchange had ended before.
    func complete() -> Bool {
        state.withLock { state in
            guard state.failure == nil, !state.isComplete else { return false }
            state.isComplete = true
            state.channel = nil
            return true
        }
    }

    /// The connection is not needed any more. After ``complete()``, unless the connection is kept.
    func leaveConnection() { ended() }

    /// Wakes the reader if there is something for it. Called once for all that came in one go, and for a short answer
    /// only after its connection is dealt with: each wake is a switch to another thread.
    func deliver() {
        let (delivery, resumed) = state.withLock { $0.serve() }
        resumed?.read()
        delivery.resume()
    }

    /// Ends the exchange, unless it is complete. What was received before can still be read, unless `atOnce`.
    func fail(_ error: any Error, atOnce: Bool = false) {
        let (first, delivery) = state.withLock { state -> (Bool, Delivery) in
            guard state.failure == nil, !state.isComplete else { return (false, .none) }
            state.failure = error
            state.channel = nil
            if atOnce { (state.head, state.pieces, state.buffered) = (nil, [], 0) }
            let (delivery, _) = state.serve()
            guard let waiter = state.waiter else { return (true, delivery) }
            state.waiter = nil
            return (true, .failure(waiter, error))
        }
        if first { ended() }
        delivery.resume()
    }

    /// Ends the exchange so that it can be tried over another connection: the lane stays the request's.
    func bounce() {
        state.withLock { state in
            guard state.failure == nil, !state.isComplete else { return Delivery.none }
            state.failure = Bounce()
            state.channel = nil
            guard let waiter = state.waiter else { return .none }
            state.waiter = nil
            return .failure(waiter, Bounce())
        }.resume()
    }
}
