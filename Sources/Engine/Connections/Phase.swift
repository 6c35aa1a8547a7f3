/// Where a request is between being asked for and its socket being closed. Every failure names one of these.
package enum Phase: String, Sendable, Codable, CaseIterable {
    case queued, resolving, connecting, handshaking, sending, waiting, receiving, closing
}
