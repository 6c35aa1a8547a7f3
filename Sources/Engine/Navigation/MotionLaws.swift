/// How a game moves the player while keys are held, step by step. Friction acts after every step; a turning key is slow
/// for its first steps, so that a tap turns a little.
package struct MotionLaws: Sendable, Codable, Equatable {
    /// Steps a second.
    package var rate = 35.0
    /// Map units a step that a step adds to the speed.
    package var walkThrust = 0.78, runThrust = 1.5625, strafeThrust = 0.75, runStrafeThrust = 1.25
    /// What is left of the speed after a step.
    package var friction = 0.90625
    /// Degrees a step: at first, then walking, then with the running key.
    package var firstTurn = 1.758, turn = 3.516, runTurn = 7.03
    /// How many steps a turning key is slow.
    package var slowSteps = 5
    /// From the decision to press until a picture can show it, in seconds.
    package var latency = 2.0 / 35

    package init() {}

    /// Doom's (p_user.c and g_game.c: forwardmove 25 and 50, sidemove 24 and 40, angleturn 640, 1280 and 320;
    /// FRICTION 0xe800), checked against the true positions in ViZDoom: exact until something is in the way.
    package static let doom = MotionLaws()
}

/// Where one must be by what was pressed, as long as nothing is in the way.
package struct DeadReckoning: Sendable {
    package var pose = Pose()
    /// Map units a step.
    package var velocity = (x: 0.0, y: 0.0)
    let laws: MotionLaws
    private var turned = 0

    package init(laws: MotionLaws) { self.laws = laws }

    package var speed: Double { (velocity.x * velocity.x + velocity.y * velocity.y).squareRoot() }

    /// One step of the game with these held.
    package mutating func step(_ held: Controls) {
        let turning = (held.contains(.turnRight) ? 1 : 0) - (held.contains(.turnLeft) ? 1 : 0)
        let run = held.contains(.run)
        // A change from one side to the other does not begin slowly again.
        turned = held.isDisjoint(with: [.turnLeft, .turnRight]) ? 0 : turned + 1
        if turning != 0 {
            let turn = turned <= laws.slowSteps ? laws.firstTurn : run ? laws.runTurn : laws.turn
            pose.heading += Double(turning) * turn
        }
        let ahead = (held.contains(.forward) ? 1.0 : 0) - (held.contains(.back) ? 1 : 0)
        let right = (held.contains(.strafeRight) ? 1.0 : 0) - (held.contains(.strafeLeft) ? 1 : 0)
        let push = Pose(heading: pose.heading).point(
            ahead: ahead * (run ? laws.runThrust : laws.walkThrust),
            right: right * (run ? laws.runStrafeThrust : laws.strafeThrust))
        velocity = (velocity.x + push.x, velocity.y + push.y)
        pose.x += velocity.x
        pose.y += velocity.y
        velocity = (velocity.x * laws.friction, velocity.y * laws.friction)
        // The game stops what hardly moves.
        if abs(velocity.x) < 0.0625, abs(velocity.y) < 0.0625 { velocity = (0, 0) }
    }

    /// Where one comes to rest without another key.
    var rest: (x: Double, y: Double) {
        let coast = 1 / (1 - laws.friction)
        return (pose.x + velocity.x * coast, pose.y + velocity.y * coast)
    }
}
