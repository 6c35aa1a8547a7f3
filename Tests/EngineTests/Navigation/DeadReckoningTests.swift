import Testing

@testable import Navigation

@Suite("Dead reckoning by Doom's laws of motion")
struct DeadReckoningTests {
    @Test("A turning key is slow for five steps, and a change of side does not begin slowly again")
    func turning() {
        var body = DeadReckoning(laws: .doom)
        for _ in 0..<5 { body.step(.turnRight) }
        #expect(abs(body.pose.heading - 8.79) < 0.01)
        body.step([.turnRight, .run])
        #expect(abs(body.pose.heading - 15.82) < 0.01)
        body.step(.turnLeft)
        #expect(abs(body.pose.heading - 12.304) < 0.01)
        body.step([])
        body.step(.turnLeft)
        #expect(abs(body.pose.heading - 10.546) < 0.01)
    }

    @Test("Who runs comes to rest where it was foretold")
    func rest() {
        var body = DeadReckoning(laws: .doom)
        for _ in 0..<60 { body.step([.forward, .run]) }
        #expect(abs(body.speed - 15.1) < 0.3)
        let foretold = body.rest
        for _ in 0..<200 { body.step([]) }
        #expect(abs(body.pose.y - foretold.y) < 2)
        #expect(body.speed == 0)
        #expect(body.pose.x == 0)
    }

    @Test("A command takes effect after the latency, and the prediction knows of it")
    func latency() {
        var place = Localisation(laws: .doom)
        place.command(.turnRight, at: 0)
        place.advance(to: 2.0 / 35, by: nil)
        #expect(place.pose.heading == 0)
        #expect(abs(place.predicted.pose.heading - 3.516) < 0.01)
        place.command([], at: 2.0 / 35)
        place.advance(to: 4.0 / 35, by: nil)
        #expect(abs(place.pose.heading - 3.516) < 0.01)
        #expect(abs(place.predicted.pose.heading - 3.516) < 0.01)
    }
}
