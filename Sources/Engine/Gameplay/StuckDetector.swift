import Record
import Vision

/// Notices that walking leads nowhere, and judges the ways out. Looks only at pictures on either side of a movement,
/// outside menus, and compares them without their brightness.
package struct StuckDetector: Sendable {
    /// So many blocked movements in a row mean stuck.
    static let repeatsToStuck = 2
    /// Change against the picture in which the agent got stuck: 1 minus similarity.
    static let recovered = 0.15
    static let partial = 0.05

    package private(set) var isStuck = false
    /// Recoveries judged without success in the present episode.
    package private(set) var failures = 0
    private var repeats = 0
    private var anchor: [Float] = []

    /// A movement is over: the readings before it and after its end.
    package mutating func moved(before: Reading, after: Reading) -> [StuckReport] {
        guard before.scene.isWorld, after.scene.isWorld,
            let similarity = Thumbnail.similarity(before.thumbnail, after.thumbnail)
        else { return [] }
        let isBlocked = similarity > Thumbnail.same
        repeats = isBlocked ? repeats + 1 : 0
        if isStuck { return judge(after, isBlocked: isBlocked, similarity: similarity) }
        guard repeats >= Self.repeatsToStuck else { return [] }
        isStuck = true
        failures = 0
        anchor = after.thumbnail
        return [.detected(similarity: similarity, repeats: repeats)]
    }

    private mutating func judge(_ after: Reading, isBlocked: Bool, similarity: Double) -> [StuckReport] {
        let change = 1 - (Thumbnail.similarity(anchor, after.thumbnail) ?? 1)
        // Turning on the spot changes the picture too: only a movement that moved is a way out.
        if !isBlocked, change >= Self.recovered {
            self = StuckDetector()
            return [.judged(recovered: true, change: change)]
        }
        // A partial change is no failure yet: the next movement is judged against the same picture.
        if isBlocked || change < Self.partial { failures += 1 }
        return [
            .judged(recovered: false, change: change), .detected(similarity: similarity, repeats: max(repeats, 1)),
        ]
    }
}
