/// Names that somebody may have meant.
package enum NearMatches {
    /// Up to `count` of `names` that are near to `name`, nearest first. Letters left out, added, changed or swapped are
    /// counted; a name that holds the other whole is near too.
    package static func of(_ name: String, in names: [String], count: Int = 3) -> [String] {
        let wanted = Array(name.lowercased())
        let bound = max(3, wanted.count / 3)
        return names.map { candidate -> (name: String, distance: Int) in
            let letters = Array(candidate.lowercased())
            let holds = wanted.count >= 4 && (letters.contains(wanted) || wanted.contains(letters))
            return (candidate, holds ? min(2, distance(wanted, letters)) : distance(wanted, letters))
        }
        // Where more than half of the letters are others, it is another name.
        .filter { $0.distance <= bound && 2 * $0.distance <= max(wanted.count, $0.name.count) }
        .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
        .prefix(count).map(\.name)
    }

    /// The optimal string alignment distance.
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                let same = a[i - 1] == b[j - 1]
                var best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, before[j - 2] + 1) }
                row.append(best)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}

extension [Character] {
    fileprivate func contains(_ part: [Character]) -> Bool { self[...].firstRange(of: part) != nil }
}
