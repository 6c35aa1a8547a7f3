/// One cell that is different.
struct CanvasChange: Equatable, Sendable {
    var x: Int
    var y: Int
    var cell: Cell
}

/// What has to be written to turn one canvas into another of the same size.
enum CanvasDiff {
    /// The cells of `new` that differ from `old`, row by row; all of them when the sizes differ.
    static func changes(from old: Canvas, to new: Canvas) -> [CanvasChange] {
        var changes: [CanvasChange] = []
        let whole = old.size != new.size
        let width = new.size.width
        new.cells.withUnsafeBufferPointer { new in
            old.cells.withUnsafeBufferPointer { old in
                for index in new.indices where whole || new[index] != old[index] {
                    changes.append(CanvasChange(x: index % width, y: index / width, cell: new[index]))
                }
            }
        }
        return changes
    }
}
