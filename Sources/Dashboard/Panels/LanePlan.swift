import Connections

/// How the lanes of the pool are laid out in so many rows: by host, in as few columns as fit. A lane that is free stays
/// with the host it served last, so that nothing moves while requests come and go.
struct LanePlan: Equatable, Sendable {
    enum Row: Equatable, Sendable {
        /// A host, and the lanes that are with it.
        case host(Origin, busy: Int)
        /// Side by side.
        case lanes([Occupancy.Lane])
        /// Free lanes that have no row of their own, by number.
        case free([Int])
    }

    var rows: [Row]
    var columns: Int
    /// Free lanes share a row, because there is not one for each.
    var isFolded: Bool

    /// `hosts` says which host each lane served last. `columns` are tried in order until all rows fit into `height`;
    /// where none does, free lanes share a row.
    init(_ pool: Occupancy, hosts: [Int: Origin], height: Int, columns choices: [Int]) {
        let groups = Self.groups(pool, hosts)
        for columns in choices {
            let rows = Self.rows(groups, columns)
            if rows.count <= height {
                (self.rows, self.columns, isFolded) = (rows, columns, false)
                return
            }
        }
        let free = pool.lanes.filter { $0.phase == nil }.map { $0.index + 1 }
        let busy = groups.map { ($0.origin, $0.lanes.filter { $0.phase != nil }) }.filter { !$0.1.isEmpty }
        let last = free.isEmpty ? [] : [Row.free(free)]
        let folded = choices.map { (columns: $0, rows: Self.rows(busy, $0) + last) }
        let best = folded.first { $0.rows.count <= height } ?? folded.last
        (rows, columns, isFolded) = (best?.rows ?? [], best?.columns ?? 1, true)
    }

    private typealias Group = (origin: Origin?, lanes: [Occupancy.Lane])

    /// Hosts by their lowest lane; lanes that never served one at the end.
    private static func groups(_ pool: Occupancy, _ hosts: [Int: Origin]) -> [Group] {
        var groups: [Group] = []
        var unused: [Occupancy.Lane] = []
        for lane in pool.lanes {
            guard let origin = lane.origin ?? hosts[lane.index] else {
                unused.append(lane)
                continue
            }
            if let index = groups.firstIndex(where: { $0.origin == origin }) {
                groups[index].lanes.append(lane)
            } else {
                groups.append((origin, [lane]))
            }
        }
        return unused.isEmpty ? groups : groups + [(nil, unused)]
    }

    private static func rows(_ groups: [Group], _ columns: Int) -> [Row] {
        var rows: [Row] = []
        for group in groups {
            if let origin = group.origin { rows.append(.host(origin, busy: group.lanes.count { $0.phase != nil })) }
            let height = (group.lanes.count + columns - 1) / columns
            for row in 0..<height {
                // Down the columns, as they are read.
                rows.append(.lanes(stride(from: row, to: group.lanes.count, by: height).map { group.lanes[$0] }))
            }
        }
        return rows
    }
}
