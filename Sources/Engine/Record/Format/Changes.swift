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
        var elements: [Int: Element] = [:]
        for (index, element) in enumerated() { elements[total - count + index] = element }
        let keys = container.allKeys.compactMap { key in key.intValue.map { (number: $0, key: key) } }
        for (number, key) in keys.sorted(by: { $0.number < $1.number }) where (0..<Int.max / 2).contains(number) {
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

/// Changes of durations: how often each was measured since, as a list of microseconds and counts in turn.
extension LatencyRecord: Changing {
    private enum Keys: String, CodingKey { case last, added, all }

    package func hasChanged(since old: Self) -> Bool { self != old }

    package func encodeChange(since old: Self, to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encodeIfPresent(last, forKey: .last)
        if let added = counts(since: old) {
            try container.encode(added, forKey: .added)
        } else {
            try container.encode(counts(since: LatencyRecord()), forKey: .all)
        }
    }

    package mutating func applyChange(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        if let all = try container.decodeIfPresent([UInt64].self, forKey: .all) {
            self = LatencyRecord()
            try add(counts: all)
        } else if let added = try container.decodeIfPresent([UInt64].self, forKey: .added) {
            try add(counts: added)
        }
        last = try container.decodeIfPresent(Double.self, forKey: .last)
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
