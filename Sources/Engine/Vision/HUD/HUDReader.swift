/// Reads what a game shows of the player's state, by descriptions of where it stands. What cannot be read surely is
/// unknown.
package struct HUDReader: Sendable {
    /// What may be shown.
    package enum Vital: String, Sendable, CaseIterable { case health, magicka, stamina, armour, ammunition }

    /// How one of them is shown.
    package enum Field: Sendable {
        case digits(DigitReader, DigitReader.Field)
        case bar(BarReader)
    }

    private var fields: [Vital: Field]

    package init(_ fields: [Vital: Field] = [:]) { self.fields = fields }

    package var isEmpty: Bool { fields.isEmpty }

    /// Fills in what this frame shows, and how surely: the least confidence of what was read. What is not shown stays
    /// as it was.
    package mutating func read(_ frame: Frame, into reading: inout Reading) {
        var surely: Double?
        for vital in Vital.allCases {
            guard let (value, confidence) = read(frame, vital) else { continue }
            surely = min(surely ?? 1, confidence)
            switch vital {
            case .health: reading.health = value
            case .magicka: reading.magicka = value
            case .stamina: reading.stamina = value
            case .armour: reading.armour = value
            case .ammunition: reading.ammunition = Int(value)
            }
        }
        if let surely { reading.confidence = surely }
    }

    private mutating func read(_ frame: Frame, _ vital: Vital) -> (value: Double, confidence: Double)? {
        switch fields[vital] {
        case .digits(let reader, let field):
            return reader.read(frame, field).map { (Double($0.value), $0.confidence) }
        case .bar(var reader):
            defer { fields[vital] = .bar(reader) }
            return reader.read(frame)
        case nil: return nil
        }
    }
}
