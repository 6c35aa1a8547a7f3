import Serving

/// What the embedded model's server has done so far; for the audit and for tests.
package struct ServerCounts: Sendable, Equatable {
    package internal(set) var connections = ConnectionCounts()
    /// Requests taken, by the name of the method; those refused before that are not in it.
    package internal(set) var requests: [String: Int] = [:]
    /// Requests answered with an error, by status code.
    package internal(set) var refused: [Int: Int] = [:]
    /// Answers given to the end, and answers cut off because the client went away or the server was closed.
    package internal(set) var answered = 0
    package internal(set) var abandoned = 0

    /// Requests that met a fault which was asked for.
    package internal(set) var faults: [ModelFault: Int] = [:]

    package var open: Int { connections.open }
}
