/// Where a request is between being asked for and its socket being closed. Every failure names one of these.
public enum Phase: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    case queued, resolving, connecting, handshaking, sending, waiting, receiving, closing
    /// No request: a connection that is kept for the next one. Only under keep-alive.
    case idle
}

extension Phase {
    /// The place in the life of a request; phases only move to a higher one.
    var order: Int {
        switch self {
        case .queued: 0
        case .resolving: 1
        case .connecting: 2
        case .handshaking: 3
        case .sending: 4
        case .waiting: 5
        case .receiving: 6
        case .closing: 7
        case .idle: 8
        }
    }
}
