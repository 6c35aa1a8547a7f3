/// Names one resource of a session.
package struct ResourceID: Hashable, Sendable, Codable {
    package let raw: Int
    package init(_ raw: Int) { self.raw = raw }
}

/// How the closing of one resource went.
package struct Receipt: Sendable, Codable, Equatable {
    package enum Result: Sendable, Codable, Equatable {
        case closed
        /// Not done within its deadline; left behind, and the audit will say what is still open.
        case timedOut
        case failed(String)
    }
    package let resource: ResourceID
    package let name: String
    /// 1...4, the step of the cleanup it belongs to.
    package let step: Int
    package let result: Result
    /// Seconds.
    package let duration: Double

    package init(resource: ResourceID, name: String, step: Int, result: Result, duration: Double) {
        (self.resource, self.name, self.step) = (resource, name, step)
        (self.result, self.duration) = (result, duration)
    }
}

/// What was open at the start and is open at the end of a session.
package struct Audit: Recorded {
    package var socketsAtStart = 0
    package var socketsAtEnd = 0
    package var childrenAtStart = 0
    package var childrenAtEnd = 0

    package init() {}

    /// Sockets and child processes that are there now and were not at the start.
    package var leftSockets: Int { max(0, socketsAtEnd - socketsAtStart) }
    package var leftChildren: Int { max(0, childrenAtEnd - childrenAtStart) }
    package var isClean: Bool { leftSockets == 0 && leftChildren == 0 }
}
