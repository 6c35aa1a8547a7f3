import Vision

/// A reading with the instant its frame was captured.
package struct Perception: Sendable, Equatable {
    package let reading: Reading
    package let capturedAt: ContinuousClock.Instant

    package var layer: ControlLayer { ControlLayer(scene: reading.scene, sneaking: reading.sneaking) }
}
