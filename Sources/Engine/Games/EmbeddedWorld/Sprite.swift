/// The picture of a kind of creature. Texel 0 is transparent; others count from 1 into the colours.
struct Sprite: Sendable {
    let width: Int
    let rows: Int
    /// Height in tiles.
    let height: Double
    let texels: [UInt8]
    let colours: [RGB]

    static func of(_ kind: Creature.Kind) -> Sprite { all[kind.rawValue] }

    private static let all = Creature.Kind.allCases.map { kind in
        switch kind {
        case .townsfolk: Sprite(height: 0.95, colours: townsfolkColours, lines: townsfolk)
        case .wolf: Sprite(height: 0.58, colours: wolfColours, lines: wolf)
        case .bandit: Sprite(height: 0.95, colours: banditColours, lines: bandit)
        case .draugr: Sprite(height: 1.0, colours: draugrColours, lines: draugr)
        }
    }

    private init(height: Double, colours: [(Character, RGB)], lines: [String]) {
        self.height = height
        self.colours = colours.map(\.1)
        width = lines[0].count
        rows = lines.count
        texels = lines.flatMap { line in
            line.map { letter in UInt8((colours.firstIndex { $0.0 == letter } ?? -1) + 1) }
        }
    }

    private static let townsfolkColours: [(Character, RGB)] = [
        ("h", RGB(96, 60, 30)), ("f", RGB(226, 184, 144)), ("e", RGB(40, 34, 40)), ("b", RGB(214, 176, 76)),
        ("d", RGB(168, 130, 50)), ("k", RGB(84, 52, 28)), ("s", RGB(60, 42, 30)),
    ]
    private static let townsfolk = [
        "....hhhh....",
        "...hhhhhh...",
        "...hffffh...",
        "...feffef...",
        "...ffffff...",
        "....ffff....",
        "..bbbffbbb..",
        ".bbbbbbbbbb.",
        ".bbbbddbbbb.",
        ".bdbbddbbdb.",
        ".bdbbddbbdb.",
        ".bdbbddbbdb.",
        ".bdbbddbbdb.",
        ".fdkkkkkkdf.",
        "..dbbddbbd..",
        "..bbbddbbb..",
        "..bbbddbbb..",
        ".bbbbddbbbb.",
        ".bbbbddbbbb.",
        ".bbbbddbbbb.",
        ".bbbbddbbbb.",
        "..dddddddd..",
        "...ss..ss...",
        "..sss..sss..",
    ]

    private static let wolfColours: [(Character, RGB)] = [
        ("g", RGB(132, 132, 142)), ("d", RGB(92, 92, 102)), ("l", RGB(172, 172, 178)), ("e", RGB(236, 196, 60)),
        ("n", RGB(26, 24, 28)), ("t", RGB(236, 232, 220)),
    ]
    private static let wolf = [
        "...d......d.....",
        "...dg....gd.....",
        "...dggggggd.....",
        "..gggggggggg....",
        "..geegggeeggdd..",
        "..ggggggggggddd.",
        "...glllllgggddd.",
        "...gllnnllggdddd",
        "....lnnnnlgggddd",
        "....ltnntlggdddd",
        "....dlttlddgddd.",
        "...gdd..ddggddd.",
        "...gg....gg.ddd.",
        "...gg....gg.dd..",
        "...dd....dd.dd..",
        "..ddd...ddd.dd..",
    ]

    private static let banditColours: [(Character, RGB)] = [
        ("i", RGB(112, 112, 118)), ("f", RGB(206, 162, 122)), ("e", RGB(32, 26, 28)), ("b", RGB(150, 72, 40)),
        ("d", RGB(106, 48, 28)), ("k", RGB(58, 40, 28)), ("w", RGB(206, 210, 218)), ("s", RGB(46, 34, 28)),
    ]
    private static let bandit = [
        "..............w.",
        ".....iiii.....w.",
        "....iiiiii....w.",
        "....iiiiii....w.",
        "....ieffei....w.",
        "....ffffff....w.",
        ".....kkkk.....w.",
        "...bbbkkbbb...w.",
        "..bbbbbbbbbb..w.",
        "..bbddbbddbb..w.",
        "..bdbbddbbdb.kkk",
        "..bdbbddbbdbbbk.",
        "..bdbbddbbdbbff.",
        "..bdbbddbbd.....",
        "..fkkkkkkkk.....",
        "...ddbbbbdd.....",
        "...dbbddbbd.....",
        "...dbbddbbd.....",
        "...kkk..kkk.....",
        "...kkk..kkk.....",
        "...kkk..kkk.....",
        "...sss..sss.....",
        "...sss..sss.....",
        "..ssss..ssss....",
    ]

    private static let draugrColours: [(Character, RGB)] = [
        ("o", RGB(188, 180, 150)), ("f", RGB(150, 190, 180)), ("e", RGB(120, 244, 255)), ("b", RGB(84, 150, 146)),
        ("d", RGB(52, 98, 98)), ("k", RGB(60, 50, 46)), ("w", RGB(164, 172, 178)), ("h", RGB(104, 76, 48)),
    ]
    private static let draugr = [
        "..o........o....",
        "..oo.kkkk.oo.ww.",
        "...okkkkkko.wwww",
        "....kkkkkk..wwww",
        "....feffef..wwhw",
        "....ffffff..w.h.",
        ".....fddf.....h.",
        "......ff......h.",
        "..bbbbbbbbbb..h.",
        ".kkbdbddbdbkk.h.",
        ".kkbbdbbdbbkk.h.",
        "..bddbddbddb..h.",
        "..f.bdbbdb.fffh.",
        "..f.ddbbdd....h.",
        "..f.bdbbdb....h.",
        "..f.kkkkkk....h.",
        "....kdkkdk....h.",
        "....kdkkdk......",
        "....bb..bb......",
        "....bd..db......",
        "....bb..bb......",
        "....bd..db......",
        "....ff..ff......",
        "...fff..fff.....",
    ]
}
