/// The keys that are down. An option set, because it has no order that could differ from run to run.
package struct HeldKeys: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package init(_ key: GameKey) {
        rawValue = switch key {
        case .w: 1 << 0
        case .a: 1 << 1
        case .s: 1 << 2
        case .d: 1 << 3
        case .e: 1 << 4
        case .i: 1 << 5
        case .j: 1 << 6
        case .m: 1 << 7
        case .p: 1 << 8
        case .k: 1 << 9
        case .h: 1 << 10
        case .z: 1 << 11
        case .t: 1 << 12
        case .space: 1 << 13
        case .tab: 1 << 14
        case .escape: 1 << 15
        case .leftAlt: 1 << 16
        case .leftControl: 1 << 17
        case .f5: 1 << 18
        case .f9: 1 << 19
        case .mouseLeft: 1 << 20
        case .mouseRight: 1 << 21
        }
    }

    package func contains(_ key: GameKey) -> Bool { contains(HeldKeys(key)) }

    /// The keys in the order of their declaration.
    package var keys: [GameKey] { GameKey.allCases.filter { contains($0) } }
}
