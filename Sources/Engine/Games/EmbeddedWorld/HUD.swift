/// Everything painted over the scene: compass, bars, crosshair, toast, dialogue.
struct HUD {
    enum Paint {
        static let magicka: UInt32 = 0x3054DC
        static let health: UInt32 = 0xC82828
        static let stamina: UInt32 = 0x3CB448
        static let white: UInt32 = 0xF0F0EC
        static let gold: UInt32 = 0xF0C850
        static let red: UInt32 = 0xEC3028
        /// A place with a bed and a seller.
        static let inn: UInt32 = 0x60D0FF
        static let strip: UInt32 = 0x0C0C0E
        static let frame: UInt32 = 0x100E10
        static let panel: UInt32 = 0x121016
        static let dimmed: UInt32 = 0x78766E
    }

    let world: World
    let raster: Raster
    private var player: Player { world.player }

    func draw() {
        drawHands()
        drawCompass()
        drawBars()
        drawTarget()
        drawCrosshair()
        if world.toast.isVisible {
            raster.fill(x: 28..<132, y: 20..<29, Paint.strip)
            raster.text(world.toast.text, x: 32, y: 22, Paint.gold)
        }
        if case .dialogue(let partner, let line) = world.screen { drawDialogue(with: partner, line: line) }
    }

    func drawBars() {
        for (x, percent, colour) in [
            (6, player.magicka, Paint.magicka), (60, player.health, Paint.health),
            (114, player.stamina, Paint.stamina),
        ] {
            raster.fill(x: x - 1..<x + 41, y: 89..<94, Paint.frame)
            raster.fill(x: x..<x + Int((min(max(percent, 0), 100) * 0.4).rounded()), y: 90..<93, colour)
        }
    }

    private func drawCompass() {
        raster.fill(x: 30..<130, y: 1..<8, Paint.strip)
        for rank in 0..<3 {
            for place in world.places where Self.rank(of: place) == rank {
                let centre = place.centre
                let bearing = player.bearing(toX: centre.x, y: centre.y)
                guard abs(bearing) < .pi / 2, player.distance(toX: centre.x, y: centre.y) > 3 else { continue }
                mark(bearing, [Paint.gold, Paint.white, Paint.inn][rank])
            }
        }
        for index in world.hunters {
            mark(player.bearing(toX: world.creatures[index].x, y: world.creatures[index].y), Paint.red)
        }
    }

    /// What is painted later covers what was painted before: rumours, known places, the inn.
    private static func rank(of place: Place) -> Int? {
        if place.isFound { return place.kind == .inn ? 2 : 1 }
        return place.isRumoured ? 0 : nil
    }

    private func mark(_ bearing: Double, _ colour: UInt32) {
        let x = 80 + Int(min(max(bearing / (.pi / 2), -1), 1) * 48)
        raster.fill(x: x - 1..<x + 2, y: 3..<6, colour)
    }

    private func drawTarget() {
        guard let index = world.target(within: 6, cone: 0.35, where: { $0.isFoe && $0.alert >= 1 }) else { return }
        let creature = world.creatures[index]
        raster.fill(x: 59..<101, y: 10..<13, Paint.frame)
        raster.fill(x: 60..<60 + Int(40 * creature.health / creature.kind.traits.health), y: 11..<12, Paint.red)
    }

    private func drawCrosshair() {
        if case .dialogue = world.screen { return }
        if player.isSneaking {
            let alert = world.creatures.filter {
                $0.isFoe && $0.isAlive && player.distance(toX: $0.x, y: $0.y) < 9
            }.map(\.alert).max() ?? 0
            // The eye opens as they notice.
            let half = 3 + Int(min(1, alert) * 7)
            raster.fill(x: 80 - half..<81 + half, y: 47..<50, Paint.frame)
            raster.fill(x: 80 - half..<81 + half, y: 48..<49, Paint.gold)
        } else {
            raster.fill(x: 79..<82, y: 48..<49, Paint.white)
            raster.fill(x: 80..<81, y: 47..<50, Paint.white)
        }
        if world.listener != nil {
            raster.fill(x: 68..<94, y: 52..<59, Paint.strip)
            raster.text("E TALK", x: 70, y: 53, Paint.white)
        }
    }

    private func drawDialogue(with partner: Int, line: Int) {
        raster.fill(x: 4..<156, y: 58..<88, Paint.panel)
        raster.fill(x: 4..<156, y: 58..<59, Paint.gold)
        drawPortrait()
        raster.text(world.creatures[partner].name, x: 32, y: 61, Paint.gold)
        for (index, text) in World.dialogueLines.enumerated() {
            raster.text(text, x: 40, y: 68 + 6 * index, index == line ? Paint.white : Paint.dimmed)
        }
        raster.fill(x: 33..<36, y: 69 + 6 * line..<72 + 6 * line, Paint.gold)
    }

    private func drawPortrait() {
        raster.fill(x: 8..<26, y: 62..<84, 0x3A2C22)
        raster.fill(x: 11..<23, y: 65..<80, 0xE0B48C)
        raster.fill(x: 10..<24, y: 63..<68, 0x5A381E)
        raster.fill(x: 10..<12, y: 68..<74, 0x5A381E)
        raster.fill(x: 22..<24, y: 68..<74, 0x5A381E)
        raster.fill(x: 13..<15, y: 71..<72, 0x28222A)
        raster.fill(x: 19..<21, y: 71..<72, 0x28222A)
        raster.fill(x: 15..<19, y: 76..<77, 0xA86450)
        raster.fill(x: 9..<25, y: 80..<84, 0xD6B04C)
    }

    // MARK: - Hands

    private func drawHands() {
        if player.isBlocking { drawShield() }
        let recovery = player.isSwingStrong ? 9 : 5
        if player.swingCooldown > recovery - 3 { drawBlade(phase: recovery - player.swingCooldown) }
        if player.isHealing { drawEdges(RGB(255, 214, 120), 0.35) }
        if player.hurt > 0 { drawEdges(RGB(190, 10, 10), 0.2 * Double(player.hurt)) }
    }

    private func drawShield() {
        for dy in -16...16 {
            for dx in -16...16 where dx * dx + dy * dy <= 256 && 84 + dy < 89 {
                let distance = dx * dx + dy * dy
                let colour: UInt32 = distance > 190 ? 0x787A82 : distance < 14 ? 0x9A9CA4 : 0x6A4426
                raster.putClipped(44 + dx, 84 + dy, colour)
            }
        }
    }

    /// A blade that sweeps from the upper right to the lower left in three ticks.
    private func drawBlade(phase: Int) {
        let tip = [(x: 118, y: 38), (x: 84, y: 52), (x: 58, y: 74)][min(max(phase, 0), 2)]
        let grip = [(x: 132, y: 87), (x: 118, y: 87), (x: 96, y: 87)][min(max(phase, 0), 2)]
        for k in 0...48 {
            let (x, y) = (grip.x + (tip.x - grip.x) * k / 48, grip.y + (tip.y - grip.y) * k / 48)
            let colour: UInt32 = k < 9 ? 0x5A3C22 : k < 12 ? 0xA88A3C : 0xD2D8E0
            raster.fill(x: x..<x + (k < 44 ? 3 : 1), y: y..<y + 1, colour)
        }
    }

    private func drawEdges(_ colour: RGB, _ strength: Double) {
        for depth in 0..<8 {
            let part = strength * Double(8 - depth) / 8
            for y in 9..<88 {
                raster.tint(depth, y, colour, part)
                raster.tint(Raster.width - 1 - depth, y, colour, part)
            }
        }
    }
}
