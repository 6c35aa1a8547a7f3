/// How a frame is looked at. Each has a prompt of its own in `assets/prompts`.
package enum Perspective: String, Sendable, Codable, CaseIterable {
    case tactical, spatial, narrative, strategic, comprehensive
}
