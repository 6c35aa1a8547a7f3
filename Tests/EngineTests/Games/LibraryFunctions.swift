#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

@testable import Basics
@testable import Games
@testable import Vision

/// The C library's functions, to compare with.
func referenceSine(_ angle: Double) -> Double { sin(angle) }
func referenceCosine(_ angle: Double) -> Double { cos(angle) }
