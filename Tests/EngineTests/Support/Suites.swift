import Testing
import TestSupport

@testable import Engine

// Here, so that a file of tests needs no import of its own for it.
extension Trait where Self == Company {
    /// Takes the whole process: nothing that shares runs beside it. With `.serialized`.
    static var alone: Self { Company.alone }
    /// Runs beside others that share, and never beside one that must be alone.
    static var shared: Self { Company.shared }
}
