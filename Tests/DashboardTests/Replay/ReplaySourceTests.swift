import Testing

@testable import Canvas
@testable import Dashboard
@testable import Journal
@testable import Record
@testable import Terminal

@Suite("A session from its journal", .shared)
struct ReplaySourceTests {
    /// The sample, its first frame drawn.
    private func source(_ sample: Sample, follows: Bool = false) throws -> ReplaySource {
        let source = try ReplaySource(sample.path, follows: follows)
        for _ in 0..<2 { _ = source.advance(to: 0) }
        return source
    }

    @Test("the screen at four tenths of it", arguments: [(120, 36), (80, 24), (40, 10)])
    func golden(width: Int, height: Int) throws {
        let source = try source(try Sample())
        source.perform(.togglePlay)
        source.perform(.go(to: 0.4))
        let (snapshot, frame) = source.shown()
        #expect(frame != nil)
        try Golden.expect("replay-\(width)x\(height)", Size(width, height)) { canvas in
            var state = DashboardState()
            state.replay = source.status
            canvas = state.compose(snapshot, frame: frame, now: 3, size: canvas.size, look: canvas.look)
        }
    }

    @Test("a journal of any format that there was is read to its end", arguments: 1...JournalHeader.newest)
    func formats(format: Int) throws {
        let sample = try Sample(format: format)
        let reader = try JournalReader(sample.path)
        var pictures = 0
        while let line = try reader.next() { if case .picture = line.content { pictures += 1 } }
        #expect(reader.header.format == format && reader.header.session == "format-\(format)")
        #expect(reader.damaged == 0 && reader.unknown == 0 && !reader.isIncomplete && pictures > 10)
        let end = reader.snapshot
        #expect(end.stopReason == .duration && end.exitCode == 0 && end.statistics.cycles > 40)
        #expect(end.statistics.perceiveLatency.count == end.statistics.perceptions, "no figure is lost")
        let source = try source(sample)
        source.perform(.go(to: 0.5))
        #expect(source.shown().1 != nil && source.takeSentences().isEmpty)
    }

    @Test("seeking anywhere shows what playing up to there does")
    func seeks() throws {
        let sample = try Sample()
        let (jumping, playing) = (try source(sample), try source(sample))
        jumping.perform(.togglePlay)
        for _ in 0..<6 { playing.perform(.faster) }
        var now = 0.0
        while playing.player.position < 14 {
            now += 0.011
            _ = playing.advance(to: now)
            // A turn may end amid the lines of one moment; a key reads the rest.
            playing.perform(.faster)
            let share = playing.player.position / (playing.status.length ?? 1)
            jumping.perform(.go(to: 0.9))
            jumping.perform(.go(to: share))
            #expect(jumping.shown().0.statistics.cycles == playing.shown().0.statistics.cycles)
            #expect(jumping.shown().0.actions.last?.time == playing.shown().0.actions.last?.time)
        }
    }

    @Test("a step goes to the next line; after the last there is nothing")
    func steps() throws {
        let source = try source(try Sample())
        source.perform(.go(to: 0.5))
        let (before, revision) = (source.player.position, source.shown().0.revision)
        // One of them may be a picture, which changes no figure.
        for _ in 0..<3 { source.perform(.step) }
        #expect(!source.player.isPlaying && source.player.position >= before)
        #expect(source.shown().0.revision > revision)
        // Lines of the same moment are steps too: the clock must not run over them.
        let stepped = source.shown().0.revision
        _ = source.advance(to: 5)
        #expect(source.shown().0.revision == stepped)
        source.perform(.go(to: 1))
        source.perform(.seek(by: 60))
        source.perform(.step)
        #expect(source.takeSentences().last == "there is nothing after this")
        #expect(source.shown().0.state == .ended && source.status.writer == .ended)
    }

    @Test("n and N go from mark to mark, and say where there is none")
    func marks() throws {
        let source = try source(try Sample())
        source.perform(.togglePlay)
        let marks = source.status.marks
        #expect(marks.count >= 2, "the sample has failures")
        source.perform(.go(to: 0))
        for mark in marks {
            source.perform(.mark(1))
            #expect(source.player.position == mark)
        }
        source.perform(.mark(1))
        #expect(source.takeSentences().last?.hasPrefix("no failure after this") == true)
        source.perform(.mark(-1))
        #expect(source.player.position == marks[marks.count - 2])
        source.perform(.nextKind)
        #expect(source.status.kind == .stuck)
        #expect(source.takeSentences().last?.contains("stuck episodes") == true)
    }

    @Test("a session that runs is followed, and one that is killed is told from one that ended")
    func follows() throws {
        let whole = try Sample().lines.count
        for isKilled in [true, false] {
            let sample = try Sample(lines: 120)
            sample.hold()
            let source = try source(sample, follows: true)
            #expect(source.player.isAtEdge && source.status.word == "FOLLOWING")
            let cycles = source.shown().0.statistics.cycles
            sample.append(120..<200)
            #expect(source.pause ?? 9 <= 0.5)
            _ = source.advance(to: 1)
            #expect(source.shown().0.statistics.cycles > cycles)
            #expect(source.status.killed == nil)
            _ = source.advance(to: 8)
            #expect(source.status.alarm == "nothing written for 7.0s")
            if !isKilled { sample.append(200..<whole) }
            sample.release()
            _ = source.advance(to: 9)
            let (snapshot, status) = (source.shown().0, source.status)
            #expect((status.killed != nil) == isKilled && !source.player.isAtEdge)
            #expect((snapshot.state == .ended) == !isKilled)
            var state = DashboardState()
            state.replay = status
            #expect(state.showsStatistics(snapshot, now: 9) == !isKilled)
            let rows = state.compose(snapshot, frame: nil, now: 9, size: Size(80, 24), look: .unicode).rows
            #expect(rows[0].contains("KILLED") == isKilled)
        }
    }

    @Test("damaged lines are passed over and counted")
    func damaged() throws {
        let sample = try Sample(lines: 100)
        sample.hold()
        sample.append(0..<1)
        sample.append(100..<200)
        sample.release()
        let source = try source(sample)
        source.perform(.go(to: 1))
        #expect(source.takeSentences().contains { $0.hasPrefix("a damaged line is passed over here") })
    }

    @Test("keys of a replay move it, keys of the agent say that nobody is there, and the rest is as ever")
    func keys() throws {
        let source = try source(try Sample())
        source.perform(.go(to: 0.5))
        let snapshot = source.shown().0
        var state = DashboardState()
        state.replay = source.status
        func press(_ key: Key) -> [DashboardState.Effect] { state.press(key, snapshot: snapshot, now: 1) }
        #expect(press(" ") == [.replay(.togglePlay)] && press("7") == [.replay(.go(to: 0.7))])
        #expect(press("[") == [.replay(.seek(by: -10))] && press("}") == [.replay(.seek(by: 60))])
        #expect(press("+") == [.replay(.faster)] && press(".") == [.replay(.step)])
        #expect(press("n") == [.replay(.mark(1))])
        for key: Key in ["t", "!", "d", "i", "v"] {
            state.message = nil
            #expect(press(key).isEmpty && state.message?.text.hasPrefix("this is a replay") == true)
        }
        #expect(press(.tab).isEmpty && state.view.focus == .connections)
        _ = press("/")
        for key: Key in ["w", "1", .enter] { #expect(press(key).isEmpty) }
        #expect(state.view.filter == "w1")
        // With a filter set it is its lines that n goes to, and the first q drops it.
        #expect(press("n").isEmpty && press("q").isEmpty && state.view.filter.isEmpty)
        #expect(press("q") == [.leave] && press(.control("c")) == [.leave])
    }

    @Test("a click on the bar goes there")
    func bar() throws {
        let source = try source(try Sample())
        let snapshot = source.shown().0
        var state = DashboardState()
        state.replay = source.status
        _ = state.compose(snapshot, frame: nil, now: 1, size: Size(80, 24), look: .unicode)
        let bar = state.barRect
        #expect(bar.y == 22 && bar.width > 40)
        func click(_ x: Int) -> [DashboardState.Effect] {
            state.press(.mouse(.press(.left), x: x, y: bar.y), snapshot: snapshot, now: 1)
        }
        #expect(click(bar.x) == [.replay(.go(to: 0))] && click(bar.maxX - 1) == [.replay(.go(to: 1))])
    }

    @Test("a session that a person drove takes keys of the replay all the same")
    func driven() throws {
        var state = DashboardState()
        state.replay = ReplayStatus()
        let driving = Script.driving()
        #expect(state.press(" ", snapshot: driving, now: 1) == [.replay(.togglePlay)])
        #expect(state.press("z", snapshot: driving, now: 1).isEmpty && state.view.isZoomed)
        let rows = state.compose(driving, frame: nil, now: 1, size: Size(120, 36), look: .unicode).rows
        #expect(rows[0].contains("A PERSON DRIVES") && !rows[35].contains("give back"))
    }
}
