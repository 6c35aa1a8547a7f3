import Basics

/// What answers the requests of an ``HTTPServer``.
package protocol HTTPService: Sendable {
    /// What its answers call themselves.
    var name: String { get }
    var limits: ServingLimits { get }
    var clock: any EngineClock { get }
    var ledger: ConnectionLedger { get }

    /// Answers a request, in a task that is cancelled when the client goes away.
    func answer(_ request: ServerRequest, through writer: ResponseWriter) async
    /// Says why a request is not read; the client is given a moment to finish sending and to read that.
    func refuse(_ request: ServerRequest, _ why: Unread, through writer: ResponseWriter) async
}

/// How much of a server anybody may take.
package struct ServingLimits: Sendable {
    /// Connections open at once. A few more are told so; the rest are closed unread.
    package var connections: Int
    /// Bytes of a request's body, and of its head. The head of one that has more is answered with 400.
    package var body: Int
    package var head: Int
    /// How long a connection may stay without a request, a request without its last byte, and an answer unread.
    package var idle: Duration

    package init(connections: Int, body: Int, head: Int, idle: Duration) {
        (self.connections, self.body, self.head, self.idle) = (connections, body, head, idle)
    }
}

/// Why a request is not read.
package enum Unread: Sendable, Equatable {
    case tooManyConnections
    case bodyTooLarge
}
