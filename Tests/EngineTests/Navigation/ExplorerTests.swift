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

    /// A room of three by three cells, seen all round and walked through.
    private func room() -> OccupancyGrid {
        let world = RoomPainter(["#####", "#   #", "# P #", "#   #", "#####"])
        var grid = OccupancyGrid(memory: 600)
        for x in stride(from: -72.0, through: 72, by: 24) {
            for y in stride(from: -72.0, through: 72, by: 24) {
                for heading in stride(from: 0.0, to: 360, by: 90) {
                    let pose = Pose(x: x, y: y, heading: heading)
                    grid.enter(pose, at: 0)
                    grid.add(world.scan(from: pose), from: pose)
                }
            }
        }
        return grid
    }

    @Test("Where nothing is left to see the walls are pushed, each once, and again after twice as long each time")
    func walls() throws {
        let grid = room()
        var explorer = Explorer()
        func pushAll(from start: Double) throws -> [(x: Double, y: Double)] {
            var pushed: [(x: Double, y: Double)] = []
            for second in stride(from: start, to: start + 18, by: 0.5) {
                guard let way = explorer.way(on: grid, from: Pose(), at: second) else { break }
                let wall = OccupancyGrid.centre(try #require(way.wall).square)
                #expect(pushed.allSatisfy { max(abs($0.x - wall.x), abs($0.y - wall.y)) >= 48 })
                pushed.append(wall)
                // The wall that was meant and the point that was met: one attempt.
                explorer.push(at: wall, at: second)
                explorer.push(at: wall, at: second + 0.1)
            }
            return pushed
        }
        let pushed = try pushAll(from: 0)
        for side in [(0.0, 112.0), (112, 0), (0, -112), (-112, 0)] {
            #expect(pushed.contains { max(abs($0.x - side.0), abs($0.y - side.1)) < 64 }, "\(side): \(pushed)")
        }
        #expect(explorer.way(on: grid, from: Pose(), at: 18) == nil)
        #expect(try pushAll(from: 39).count > 4)
        #expect(explorer.way(on: grid, from: Pose(), at: 77) == nil)
        // What opened is shut again sooner, and after a death every door is.
        var other = explorer
        other.opened(at: pushed[0], at: 57)
        #expect(other.way(on: grid, from: Pose(), at: 78) != nil)
        explorer.restart()
        #expect(explorer.way(on: grid, from: Pose(), at: 58) != nil)
    }

    @Test("Where the floor hurts nobody goes as long as there is something else")
    func harm() throws {
        let world = RoomPainter(["###########", "#    P    #", "###########"])
        var grid = OccupancyGrid(memory: 600)
        for heading in [90.0, -90] {
            for _ in 0..<4 {
                grid.enter(Pose(heading: heading), at: 0)
                grid.add(world.scan(from: Pose(heading: heading)), from: Pose(heading: heading))
            }
        }
        func goal(facing heading: Double) throws -> Double {
            var explorer = Explorer()
            let way = explorer.way(on: grid, from: Pose(heading: heading), at: 0)
            return OccupancyGrid.centre(try #require(way?.squares.last)).x
        }
        #expect(try goal(facing: 90) > 0)
        grid.harm((150, 0))
        #expect(try goal(facing: 90) < 0)
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
