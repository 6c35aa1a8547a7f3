import Testing

@testable import Navigation

@Suite("Exploring by a map made while walking")
struct ExplorerTests {
    @Test("Every room of a small world is visited")
    func everyRoom() throws {
        let world = RoomPainter([
            "###########",
            "#   #   # #",
            "#   #   # #",
            "#         #",
            "##### #####",
            "#         #",
            "# P #   # #",
            "###########",
        ])
        var grid = OccupancyGrid(memory: 600)
        var explorer = Explorer()
        var pose = Pose()
        var seconds = 0.0
        for _ in 0..<400 {
            for heading in stride(from: 0.0, to: 360, by: 90) {
                let looking = Pose(x: pose.x, y: pose.y, heading: heading)
                grid.enter(looking, at: seconds)
                grid.add(world.scan(from: looking), from: looking)
            }
            guard let way = explorer.way(on: grid, from: pose, at: seconds), way.wall == nil else { break }
            let next = OccupancyGrid.centre(try #require(way.squares.first))
            #expect(!world.isWall(next.x, next.y))
            pose = Pose(x: next.x, y: next.y, heading: pose.heading + pose.bearing(to: next))
            seconds += 0.1
        }
        for (row, cells) in world.rows.enumerated() {
            for (column, cell) in cells.enumerated() where cell != "#" {
                let middle = (x: Double(column - 2) * 64, y: Double(6 - row) * 64)
                #expect(grid.visited.contains(OccupancyGrid.Place(middle)), "\(column), \(row)")
            }
        }
    }

    @Test("Where nothing is left to see the walls are pushed, each once")
    func walls() throws {
        let world = RoomPainter(["###", "#P#", "###"])
        var grid = OccupancyGrid(memory: 600)
        for heading in stride(from: 0.0, to: 360, by: 90) {
            for _ in 0..<4 {
                grid.enter(Pose(heading: heading), at: 0)
                grid.add(world.scan(from: Pose(heading: heading)), from: Pose(heading: heading))
            }
        }
        for place in [(-1, -1), (-1, 0), (0, -1), (0, 0)] {
            grid.enter(Pose(x: Double(place.0) * 20 + 10, y: Double(place.1) * 20 + 10), at: 0)
        }
        var explorer = Explorer()
        var sides: Set<Int> = []
        for second in stride(from: 0.0, to: 10, by: 0.25) {
            guard let way = explorer.way(on: grid, from: Pose(), at: second) else { break }
            let side = try #require(way.wall)
            sides.insert(side)
            let square = try #require(way.squares.last ?? OccupancyGrid.square((0, 0)))
            explorer.push(square, side: side, at: second)
        }
        #expect(sides == [0, 1, 2, 3])
        #expect(explorer.way(on: grid, from: Pose(), at: 10) == nil)
    }

    @Test("What was not seen for a while is forgotten, where one has been is not")
    func memory() throws {
        var grid = OccupancyGrid(memory: 30)
        let world = RoomPainter(["###", "# #", "#P#", "###"])
        grid.enter(Pose(), at: 0)
        for _ in 0..<4 { grid.add(world.scan(from: Pose()), from: Pose()) }
        let ahead = try #require(OccupancyGrid.square((0, 40)))
        #expect(grid.kind(ahead) == .free)
        #expect(grid.isWall((4, 100)))
        grid.enter(Pose(x: 500, y: 500), at: 31)
        #expect(grid.kind(ahead) == .unknown)
        #expect(!grid.isWall((4, 100)))
        #expect(grid.visited.contains(OccupancyGrid.Place((0, 0))))
    }

    @Test("A wall that a scan does not show stays where it stopped one")
    func sill() {
        var grid = OccupancyGrid(memory: 30)
        grid.enter(Pose(), at: 0)
        grid.block((0, 40))
        let open = RangeScan(depths: [Double](repeating: 250, count: 32), bearings: (0..<32).map { Double($0) - 15.5 })
        for _ in 0..<20 { grid.add(open, from: Pose()) }
        #expect(grid.isWall((0, 40)))
        #expect(!grid.isClear(from: Pose(), to: (0, 90)))
    }
}
