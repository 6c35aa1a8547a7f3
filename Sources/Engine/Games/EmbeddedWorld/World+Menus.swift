/// Talking and the pages that cover the world.
extension World {
    static let dialogueLines = ["ANY RUMOURS", "BUY POTION 10", "FAREWELL"]
    private static let potionPrice = 10

    /// The townsman in front of the player, close enough to talk to.
    var listener: Int? { target(within: 2.2, cone: 0.5) { !$0.isFoe } }

    mutating func activate() {
        chronicle.practise(.activate)
        guard let index = listener else { return }
        screen = .dialogue(index, line: 0)
        player.isSneaking = false
        chronicle.achieve(.talked)
        if !creatures[index].isMet {
            creatures[index].isMet = true
            gainExperience(8)
        }
    }

    /// A key while something else than the world has the player's attention.
    mutating func choose(_ key: GameKey) {
        let isBack = key == .tab || key == .escape
        switch screen {
        case .scene:
            break
        case .inventory:
            if isBack || key == .i { screen = .scene } else if key == .e { drinkPotion() }
        case .map:
            if isBack || key == .m { screen = .scene }
        case .dialogue(let partner, let line):
            let count = Self.dialogueLines.count
            switch key {
            case .tab, .escape: screen = .scene
            case .w: screen = .dialogue(partner, line: (line + count - 1) % count)
            case .s: screen = .dialogue(partner, line: (line + 1) % count)
            case .e: say(line, to: partner)
            default: break
            }
        }
    }

    private mutating func say(_ line: Int, to partner: Int) {
        if line == 0 {
            if let index = places.firstIndex(where: { !$0.isFound && !$0.isRumoured }) {
                places[index].isRumoured = true
                toast.show("MARKED " + places[index].name)
                chronicle.achieve(.heardRumour)
            }
            screen = .dialogue(partner, line: 2)
        } else if line == 1, player.gold >= Self.potionPrice {
            player.gold -= Self.potionPrice
            player.potions += 1
            chronicle.achieve(.traded)
            toast.show("BOUGHT POTION")
            screen = .dialogue(partner, line: 2)
        } else {
            screen = .scene
        }
    }

    private mutating func drinkPotion() {
        guard player.potions > 0 else { return }
        player.potions -= 1
        player.health = min(100, player.health + 50)
        chronicle.practise(.potion)
        chronicle.achieve(.drankPotion)
    }
}
