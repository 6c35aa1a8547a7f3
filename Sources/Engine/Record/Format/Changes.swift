import Basics
import Histogram

/// Changes of a ring: its new and changed elements, by their running numbers.
extension Ring: Changing where Element: Changing & Blank & Equatable {
    /// Where newer elements push the others out before anybody could look at them, a sample has only the newest.
    private static var sampled: Int { 24 }

    package func hasChanged(since old: Self) -> Bool { self != old }

    package func encodeChange(since old: Self, to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: FieldName.self)
        let (first, oldFirst) = (total - count, old.total - old.count)
        let isSample = encoder.userInfo[.isSample] != nil
        let start = isSample && total > capacity ? Swift.max(first, total - Self.sampled) : first
        for number in start..<total {
            let element = self[number - first]
            let isOld = (oldFirst..<old.total).contains(number)
            if isOld, element == old[number - oldFirst] { continue }
            // One that is new is told by what sets it apart from the one before it.
            let before: Element = if isOld {
                old[number - oldFirst]
            } else if number > start {
                self[number - 1 - first]
            } else if (oldFirst..<old.total).contains(number - 1) {
                old[number - 1 - oldFirst]
            } else {
                Element()
            }
            try container.encode(Change(from: before, to: element), forKey: FieldName(intValue: number))
        }
    }

    package mutating func applyChange(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: FieldName.self)
        let keys = container.allKeys.compactMap { key in key.intValue.map { (number: $0, key: key) } }
            .filter { (0..<Int.max / 2).contains($0.number) }.sorted { $0.number < $1.number }
        // After samples that left some out, those come before what is here.
        if let lowest = keys.first?.number, lowest < total - count { return try fill(keys, from: container) }
        for (number, key) in keys {
            let change = try container.superDecoder(forKey: key)
            let first = total - count
            if (first..<total).contains(number) {
                try self[number - first].applyChange(from: change)
            } else if number >= total {
                var element = number == total ? last ?? Element() : Element()
                try element.applyChange(from: change)
                // What comes before a gap was pushed out.
                if number > total { self = Ring(capacity: capacity, numberedFrom: number, []) }
                append(element)
            }
        }
    }

    /// Takes changes of elements wherever they stand.
    private mutating func fill(
        _ keys: [(number: Int, key: FieldName)], from container: KeyedDecodingContainer<FieldName>
    ) throws {
        var elements: [Int: Element] = [:]
        for (index, element) in enumerated() { elements[total - count + index] = element }
        for (number, key) in keys {
            let before = elements[number] ?? elements[number - 1] ?? Element()
            try elements[number, default: before].applyChange(from: container.superDecoder(forKey: key))
        }
        // What comes before a gap was pushed out.
        guard let newest = elements.keys.max() else { return }
        var first = newest
        while first > 0, newest - first + 1 < capacity, elements[first - 1] != nil { first -= 1 }
        self = Ring(capacity: capacity, numberedFrom: first, (first...newest).lazy.compactMap { elements[$0] })
    }
}

/// Changes of a dictionary of figures that are themselves recorded by their changes. Nothing is ever taken out of one.
extension Dictionary: Changing where Key: RawRepresentable<String>, Value: Recorded {
    package func hasChanged(since old: Self) -> Bool { self != old }

    package func encodeChange(since old: Self, to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: FieldName.self)
        for (key, value) in self where value != old[key] {
            try container.encode(
                Change(from: old[key] ?? Value(), to: value), forKey: FieldName(stringValue: key.rawValue))
        }
    }

    package mutating func applyChange(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: FieldName.self)
        for name in container.allKeys {
            guard let key = Key(rawValue: name.stringValue) else { continue }
            try self[key, default: Value()].applyChange(from: container.superDecoder(forKey: name))
        }
    }
}

/// Changes of a run: the means that changed, or all of them when they stand for another span.
extension RunHistory: Changing {
    private enum Keys: String, CodingKey { case span, means }

    package func hasChanged(since old: Self) -> Bool { self != old }

    package func encodeChange(since old: Self, to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        if span != old.span { try container.encode(span, forKey: .span) }
        let old = span == old.span ? old : RunHistory()
        try container.encode(Change(from: old.buckets, to: buckets), forKey: .means)
    }

    package mutating func applyChange(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        if let span = try container.decodeIfPresent(Double.self, forKey: .span) {
            guard span >= 1 else { throw FormatError("means over no time") }
            self = RunHistory(span: span)
        }
        try buckets.applyChange(from: container.superDecoder(forKey: .means))
    }
}

/// Changes of durations: how often each was measured since, as a list of microseconds (how many more than the duration
/// before) and counts in turn. Format 1 has the durations themselves, as `added` and `all`.
extension LatencyRecord: Changing {
    private enum Keys: String, CodingKey { case last, since, whole, added, all }

    package func hasChanged(since old: Self) -> Bool { self != old }

    package func encodeChange(since old: Self, to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encodeIfPresent(last, forKey: .last)
        if let added = counts(since: old) {
            try container.encode(Self.steps(of: added), forKey: .since)
        } else {
            try container.encode(counts(since: LatencyRecord()).map(Self.steps), forKey: .whole)
        }
    }

    package mutating func applyChange(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        func list(_ key: Keys) throws -> [UInt64]? { try container.decodeIfPresent([UInt64].self, forKey: key) }
        if let whole = try list(.whole)?.durations ?? list(.all) {
            self = LatencyRecord()
            try add(counts: whole)
        } else if let added = try list(.since)?.durations ?? list(.added) {
            try add(counts: added)
        }
        last = try container.decodeIfPresent(Double.self, forKey: .last)
    }

    private static func steps(of counts: [UInt64]) -> [UInt64] {
        var before: UInt64 = 0
        return counts.enumerated().map { index, number in
            guard index.isMultiple(of: 2) else { return number }
            defer { before = number }
            return number - before
        }
    }
}

extension [UInt64] {
    /// A list of durations and counts from one of steps and counts. What is beyond all reason stays so.
    fileprivate var durations: Self {
        var sum: UInt64 = 0
        return enumerated().map { index, number in
            guard index.isMultiple(of: 2) else { return number }
            sum = sum.addingReportingOverflow(number).overflow ? .max : sum + number
            return sum
        }
    }
}

/// Changes of what may be unknown; `null` when it is.
extension Optional: Changing where Wrapped: Changing & Blank & Equatable {
    package func hasChanged(since old: Self) -> Bool { self != old }

    package func encodeChange(since old: Self, to encoder: any Encoder) throws {
        if let self {
            try self.encodeChange(since: old ?? Wrapped(), to: encoder)
        } else {
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        }
    }

    package mutating func applyChange(from decoder: any Decoder) throws {
        if try decoder.singleValueContainer().decodeNil() {
            self = nil
        } else {
            var value = self ?? Wrapped()
            try value.applyChange(from: decoder)
            self = value
        }
    }
}
