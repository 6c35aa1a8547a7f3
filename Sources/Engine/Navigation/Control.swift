/// What a first-person game lets one do with a key held down. Which key that is says the game's profile.
package struct Controls: OptionSet, Sendable, Hashable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let forward = Controls(rawValue: 1)
    package static let back = Controls(rawValue: 2)
    package static let turnLeft = Controls(rawValue: 4)
    package static let turnRight = Controls(rawValue: 8)
    package static let strafeLeft = Controls(rawValue: 16)
    package static let strafeRight = Controls(rawValue: 32)
    package static let fire = Controls(rawValue: 64)
    package static let use = Controls(rawValue: 128)
    package static let run = Controls(rawValue: 256)
    /// Leaves a menu or a pause.
    package static let leave = Controls(rawValue: 512)
}

/// What is to be held from now until the next move is asked for; a control that is in both stays down between them.
package struct Move: Sendable, Equatable {
    package var controls: Controls
    package var reason: Reason

    package init(_ controls: Controls, _ reason: Reason) {
        self.controls = controls
        self.reason = reason
    }

    /// Why: for the person who watches, and for whoever counts where the time goes.
    package enum Reason: String, Sendable, CaseIterable {
        case waits, revives, leavesMenu = "leaves a menu"
        case explores, feelsWalls = "feels walls for doors", turnsForAChange = "turns for a change"
        case frees = "frees itself", waitsForDoor = "waits for a door", goesThrough = "goes through a door"
        case looks = "stands and looks", faces = "faces what moves", fires
        case looksForAttacker = "looks for who it was"

        /// Stands against somebody, where the others go somewhere.
        package var isFight: Bool { [.looks, .faces, .fires, .looksForAttacker].contains(self) }
    }
}
