import Basics
import Vision

/// What the model is told to do, from `assets/prompts`.
package struct Prompts: Sendable {
    package let planner: String
    private let perspectives: [Perspective: String]

    /// Reads them all, so that a missing one is found at the start and not in the middle of a session.
    package init(_ assets: Assets) throws(AssetError) {
        var perspectives: [Perspective: String] = [:]
        for perspective in Perspective.allCases {
            perspectives[perspective] = try assets.text("prompts/\(perspective.rawValue).txt")
        }
        self.perspectives = perspectives
        planner = try assets.text("prompts/planner.txt")
    }

    package init(perspectives: [Perspective: String], planner: String) {
        self.perspectives = perspectives
        self.planner = planner
    }

    package subscript(_ perspective: Perspective) -> String { perspectives[perspective] ?? "" }
}
