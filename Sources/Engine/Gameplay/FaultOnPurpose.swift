/// Makes a loop fail, again and again once so many decisions were made: for tests of the way out.
package struct FaultOnPurpose: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// An error where decisions are made.
        case error
        /// A wait that never ends where the game is looked at, whatever it is told.
        case hang
        /// The same without ever giving way to another task.
        case spin
    }
    package var kind: Kind
    package var decisions: Int

    package init(_ kind: Kind = .error, after decisions: Int) { (self.kind, self.decisions) = (kind, decisions) }

    var isHang: Bool { kind != .error }

    /// Never returns.
    func hang() async {
        while kind == .spin {}
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
    }
}
