/// The pages that cover the world: inventory and map.
struct MenuPages {
    private static let cover: UInt32 = 0x181410
    private static let parchment: UInt32 = 0xCEBA8C
    private static let mapPaper: UInt32 = 0xAAB096
    private static let ink: UInt32 = 0x3C2814
    private static let rumour: UInt32 = 0xC8781E

    let world: World
    let raster: Raster

    func drawInventory() {
        drawPage(Self.parchment, title: "INVENTORY")
        raster.text("POTION \(world.player.potions)", x: 12, y: 22, Self.ink)
        raster.text("GOLD \(world.player.gold)", x: 12, y: 30, Self.ink)
        raster.text("LEVEL \(world.player.level)", x: 12, y: 38, Self.ink)
    }

    func drawMap() {
        drawPage(Self.mapPaper, title: "MAP")
        for place in world.places where place.isFound || place.isRumoured {
            let (x, y) = (80 + place.x, 14 + place.y)
            raster.fill(x: x..<x + 3, y: y..<y + 3, place.isFound ? Self.ink : Self.rumour)
        }
        let (x, y) = (80 + Int(world.player.x), 14 + Int(world.player.y))
        raster.fill(x: x..<x + 2, y: y..<y + 2, HUD.Paint.red)
    }

    private func drawPage(_ paper: UInt32, title: String) {
        raster.fill(x: 0..<Raster.width, y: 0..<Raster.height, Self.cover)
        raster.fill(x: 6..<154, y: 6..<86, paper)
        raster.text(title, x: 12, y: 10, Self.ink)
        raster.fill(x: 12..<148, y: 17..<18, Self.ink)
        HUD(world: world, raster: raster).drawBars()
    }
}
