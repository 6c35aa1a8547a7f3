extension World {
    /// Width of a picture in pixels.
    package static var frameWidth: Int { Raster.width }
    /// Height of a picture in pixels.
    package static var frameHeight: Int { Raster.height }

    /// The picture of this moment: RGB, 160 x 96, row-major.
    package func render() -> [UInt8] {
        Raster.draw { raster in
            switch screen {
            case .inventory:
                MenuPages(world: self, raster: raster).drawInventory()
            case .map:
                MenuPages(world: self, raster: raster).drawMap()
            case .scene, .dialogue:
                SceneRenderer(self).draw(raster)
                HUD(world: self, raster: raster).draw()
            }
        }
    }
}
