/// What the embedded model's server has done so far; for the audit and for tests.
package struct ServerCounts: Sendable, Equatable {
    package internal(set) var accepted = 0
    package internal(set) var closed = 0
    /// Requests taken, by the name of the method; those refused before that are not in it.
    package internal(set) var requests: [String: Int] = [:]
    /// Requests answered with an error, by status code.
    package internal(set) var refused: [Int: Int] = [:]
    /// Answers given to the end, and answers cut off because the client went away or the server was closed.
    package internal(set) var answered = 0
    package internal(set) var abandoned = 0

    /// Requests that met a fault which was asked for.
    package internal(set) var faults: [ModelFault: Int] = [:]
    /// Connections that came while too many were open.
    package internal(set) var surplus = 0
    /// Connections closed because nothing moved on them.
    package internal(set) var timedOut = 0

    package var open: Int { accepted - closed }
}
