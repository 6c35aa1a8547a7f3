import Testing

@testable import Dashboard

@Suite("Where a replay stands", .shared)
struct ReplayPlayerTests {
    /// Of a session of 100 s that has ended, at the beginning, with the time counted from 0.
    private func player(length: Double = 100, isGrowing: Bool = false, atEdge: Bool = false) -> ReplayPlayer {
        var player = ReplayPlayer(atEdge: atEdge)
        player.grow(to: length, isGrowing: isGrowing)
        player.advance(to: 0)
        return player
    }

    @Test("it goes on with the clock, as fast as was asked, and not while it is paused")
    func plays() {
        var player = player()
        player.advance(to: 1)
        #expect(player.position == 1)
        player.faster()
        player.faster()
        player.advance(to: 1.5)
        #expect(player.position == 3 && player.speed == 4)
        player.togglePlay()
        player.advance(to: 2)
        #expect(player.position == 3 && !player.isPlaying)
        player.togglePlay()
        player.advance(to: 2.5)
        #expect(player.position == 5)
    }

    @Test("speeds end at a quarter and at 64 times")
    func speeds() {
        var player = player()
        for _ in 0..<20 { player.faster() }
        #expect(player.speed == 64)
        for _ in 0..<20 { player.slower() }
        #expect(player.speed == 0.25)
    }

    @Test("seeking ends at both ends; at the end it stops, and play begins anew")
    func ends() {
        var player = player()
        player.seek(to: -5)
        #expect(player.position == 0 && player.isPlaying)
        player.seek(to: 99.5)
        player.advance(to: 1)
        #expect(player.position == 100 && !player.isPlaying && player.isAtEnd && !player.isAtEdge)
        player.togglePlay()
        #expect(player.position == 0 && player.isPlaying)
    }

    @Test("the time in which the program was suspended is not played")
    func suspended() {
        var player = player()
        player.advance(to: 60)
        #expect(player.position == 1)
    }

    @Test("a step stands at its line, paused; what cannot be read in time holds it back")
    func steps() {
        var player = player()
        player.step(to: 7.25)
        #expect(player.position == 7.25 && !player.isPlaying)
        player.togglePlay()
        player.advance(to: 1)
        player.hold(at: 7.5)
        #expect(player.position == 7.5 && player.isPlaying)
    }

    @Test("at the edge of a session that runs it goes where that goes, and stops at its end")
    func edge() {
        var player = player(isGrowing: true, atEdge: true)
        #expect(player.position == 100 && player.isAtEdge)
        player.advance(to: 1)
        #expect(player.position == 100)
        player.grow(to: 103, isGrowing: true)
        #expect(player.position == 103 && player.isAtEdge)
        player.grow(to: 105, isGrowing: false)
        #expect(player.position == 105 && !player.isAtEdge && !player.isPlaying)
    }

    @Test("looking back leaves the edge, playing on to it or going there returns to it")
    func leavesEdge() {
        var player = player(isGrowing: true, atEdge: true)
        player.seek(to: 99.5)
        player.grow(to: 101, isGrowing: true)
        #expect(player.position == 99.5 && !player.isAtEdge && player.isPlaying)
        player.faster()
        player.advance(to: 1)
        #expect(player.position == 101 && player.isAtEdge)
        player.togglePlay()
        player.grow(to: 110, isGrowing: true)
        #expect(player.position == 101 && !player.isAtEdge)
        player.togglePlay()
        player.seek(to: 500)
        #expect(player.position == 110 && player.isAtEdge)
    }
}
