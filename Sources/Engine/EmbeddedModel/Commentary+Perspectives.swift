import Vision

extension Commentary {
    /// What each perspective would say, the most telling first; `nil` is what it has nothing to say about.
    func sentences(_ perspective: Perspective, _ say: inout Wording) -> [String?] {
        switch perspective {
        case .tactical:
            [threat(&say) ?? calm(&say), target(&say), healthChange(&say) ?? vitals(&say), stealth(&say), advice(&say)]
        case .spatial:
            [scene(&say), footing(&say), mark(now.innBearing, "A known bed", &say),
             mark(now.rumourBearing, "A place only heard of", &say), somebody(&say)]
        case .narrative:
            [opening(&say), event(&say), message(&say), mood(&say)]
        case .strategic:
            [standing(&say), belongings(&say), prospects(&say), goal(&say)]
        case .comprehensive:
            [scene(&say), threat(&say) ?? stealth(&say), healthChange(&say) ?? vitals(&say),
             message(&say) ?? footing(&say), advice(&say)]
        }
    }

    private var advised: IntentAdvice? { IntentAdvice.ranked(for: seen).first }

    // MARK: Tactical

    private func calm(_ say: inout Wording) -> String {
        if now.scene.isMenu {
            return say.choose("covered", "The page hides the world, so danger cannot be judged.",
                "Behind this page anything may be going on; the compass is covered.")
        }
        return say.choose("calm", "No hostile mark on the compass.", "Nothing red on the compass.",
            "No enemy is marked.")
    }

    private func advice(_ say: inout Wording) -> String? {
        guard let advised else { return nil }
        let step = Self.step(advised.kind)
        return say.choose("advice", "I would \(step).", "Best now: \(step).", "The next step is to \(step).")
    }

    private static func step(_ kind: Intent.Kind) -> String {
        switch kind {
        case .engageEnemy: "face the nearest enemy and strike"
        case .retreat: "break off and gain distance"
        case .heal: "heal before anything else"
        case .explore: "move on and explore"
        case .followRumour: "make for the marked place"
        case .talk: "talk"
        case .trade: "see the seller"
        case .seekShelter: "get under a roof"
        case .closeMenu: "close the page"
        case .wait: "wait"
        }
    }

    // MARK: Spatial

    private func footing(_ say: inout Wording) -> String? {
        guard !now.scene.isMenu else { return nil }
        if now.blocked {
            return say.choose("blocked", "Something flat fills the middle of the view: the way ahead is blocked.",
                "A wall stands right in front; a turn is needed.", "No way ahead here, the view is all wall.")
        }
        if seen.isStill {
            return say.choose("still", "The view has not changed since the last picture.",
                "Nothing has moved: the same view as before.")
        }
        if let similarity = now.similarity, seen.before != nil, similarity < 0.5 {
            return say.choose("turned", "The view is a different one: the player has turned or come far.",
                "Most of the view is new since the last picture.")
        }
        return say.choose("free", "The way ahead looks free.", "Nothing flat blocks the middle of the view.")
    }

    private func mark(_ bearing: Double?, _ what: String, _ say: inout Wording) -> String? {
        guard let bearing else { return nil }
        return say.choose(what, "\(what) is marked \(direction(bearing)).",
            "\(what) lies \(direction(bearing)) by the compass.")
    }

    private func somebody(_ say: inout Wording) -> String? {
        guard now.prompt else { return nil }
        return say.choose("somebody", "Somebody to talk to stands in the crosshair.",
            "There is somebody within reach to talk to.")
    }

    // MARK: Narrative

    private func opening(_ say: inout Wording) -> String {
        let place = now.place.map { " near \($0.capitalisedWords)" } ?? ""
        let hour = now.isNight ? "night" : "day"
        switch now.scene {
        case _ where seen.isUncertain:
            return scene(&say)
        case .wilderness:
            return say.choose("wild", "Open country by \(hour)\(place).",
                "The traveller is out under the \(now.isNight ? "night" : "open") sky\(place).",
                "Out in the wilds\(place), and it is \(hour).")
        case .city:
            return say.choose("town", "Cobbles underfoot: a town, by \(hour)\(place).",
                "The traveller walks a town's streets by \(hour)\(place).")
        case .building:
            return say.choose("house", "Under a roof, between wooden walls\(place).",
                "The traveller is indoors\(place), out of the weather.")
        case .dungeon:
            return say.choose("deep", "Cold dark stone on every side\(place).",
                "Underground\(place), where no daylight reaches.")
        case .combat:
            return say.choose("fight", "There is a fight on\(place).", "No peace\(place): this is a fight.",
                "The traveller is not alone\(place), and it has come to blows.")
        case .dialogue:
            return say.choose("words", "A conversation is under way\(place).", "Words instead of blades\(place).")
        case .inventory:
            return say.choose("pack", "The traveller pauses over the pack.", "A look through the belongings.")
        case .map:
            return say.choose("chart", "The map is spread out.", "The traveller studies the map.")
        case .menu:
            return say.choose("menu", "A menu covers the world.", "The game waits behind its menu.")
        }
    }

    private func event(_ say: inout Wording) -> String? {
        if let change = healthChange(&say) { return change }
        if let threat = threat(&say) { return threat }
        guard let before = seen.before else { return nil }
        if before.isNight != now.isNight, !now.scene.isMenu, !before.scene.isMenu {
            return now.isNight
                ? say.choose("dusk", "Night has fallen.", "The light has gone since the last picture.")
                : say.choose("dawn", "Day has broken.", "The dark has lifted.")
        }
        return seen.leftScene.map { "Only a moment ago it was \(Self.name(of: $0))." }
    }

    private func mood(_ say: inout Wording) -> String? {
        if let health = now.health, health < 30 {
            return say.choose("dire", "It would not take much more to end the journey here.",
                "With \(percent(health)) health, every step counts.")
        }
        if let quiet = stealth(&say) { return quiet }
        if now.enemies > 0 {
            return say.choose("tense", "The next moments decide it.", "There is no time to lose.",
                "This will have to be settled first.")
        }
        if now.scene.isMenu {
            return say.choose("behind", "What goes on behind the page cannot be seen.",
                "The world behind it is hidden.")
        }
        if now.prompt {
            return say.choose("meeting", "Somebody is close enough to be spoken to.",
                "There is company, within a few steps.")
        }
        return say.choose("quiet", "For now it is quiet.", "Nothing in the picture threatens.",
            "A calm stretch of the journey.")
    }

    // MARK: Strategic

    private func standing(_ say: inout Wording) -> String {
        let weak = [("health", now.health), ("magicka", now.magicka), ("stamina", now.stamina)]
            .compactMap { name, value in value.flatMap { $0 < 50 ? "\(name) (\(percent($0)))" : nil } }
        guard !weak.isEmpty else { return vitals(&say) }
        let list = weak.joined(separator: " and ")
        return say.choose("weak", "The weak points are \(list).", "Low at the moment: \(list).",
            "Before long something must be done about \(list).")
    }

    private func belongings(_ say: inout Wording) -> String? {
        let known = seen.belongings
        let items = [
            known.potions.map { count($0, "potion", "potions") }, known.gold.map { "\($0) gold" },
            known.level.map { "level \($0)" },
        ].compactMap { $0 }
        guard !items.isEmpty else { return nil }
        let list = items.joined(separator: ", ")
        return say.choose("pack", "When last counted: \(list).", "The inventory showed \(list).")
    }

    private func prospects(_ say: inout Wording) -> String? {
        guard !now.scene.isMenu else { return nil }
        if let threat = threat(&say) { return threat }
        if let inn = now.innBearing, now.isNight {
            return say.choose("inn", "It is night, and a bed is marked \(direction(inn)).",
                "A roof for the night is marked \(direction(inn)).")
        }
        if let rumour = now.rumourBearing {
            return say.choose("rumour", "A place only heard of is marked \(direction(rumour)).",
                "There is a rumour to follow, \(direction(rumour)).")
        }
        if now.isNight {
            return say.choose("dark", "It is night and no shelter is marked.", "No roof is in sight for the night.")
        }
        return say.choose("open", "No place worth a detour is marked.", "The compass offers no goal.")
    }

    private func goal(_ say: inout Wording) -> String? {
        guard let advised else { return nil }
        let step = Self.step(advised.kind)
        return say.choose("goal", "For the next minutes: \(step). \(advised.reason)",
            "My advice is to \(step). \(advised.reason)", "The plan should be to \(step). \(advised.reason)")
    }
}

extension String {
    /// `RIVER WATCH` as `River Watch`: places are written in capitals on screen.
    fileprivate var capitalisedWords: String {
        split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }.joined(separator: " ")
    }
}
