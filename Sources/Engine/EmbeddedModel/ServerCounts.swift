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

    package var open: Int { accepted - closed }
}
