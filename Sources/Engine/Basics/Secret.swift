/// A value that must never be printed. Describing, interpolating or dumping it shows dots.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String
    package init(_ value: String) { self.value = value }
    /// The secret itself. Only for putting it into a request header.
    package func reveal() -> String { value }
    package var description: String { "••••" }
    package var debugDescription: String { "••••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
