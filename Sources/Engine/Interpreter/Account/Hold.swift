import Record

/// Why no request is made at present, and until when.
package struct Hold: Error, Sendable, Equatable {
    package typealias Reason = HoldReason

    package let reason: Reason
    /// `nil`: until something happens, or for good.
    package let until: ContinuousClock.Instant?
    /// The only kind of requests that it stands against; `nil`: all.
    package var kind: RequestKind?

    package init(_ reason: Reason, until: ContinuousClock.Instant? = nil, kind: RequestKind? = nil) {
        self.reason = reason
        self.until = until
        self.kind = kind
    }
}
