/// A value that is recorded by what changed in it since an earlier one.
///
/// Its fields are listed by hand, each with the name it has in a journal: names stay when the code is renamed. A field
/// that a journal does not have keeps the value it had, or at the start its default; one that this version does not
/// know is passed over. So a journal of any version is read by every later one.
package protocol Recorded: Changing, Blank, Codable, Equatable, Sendable {
    static var fields: [Field<Self>] { get }
}

/// The name of a field in a journal.
package struct FieldName: CodingKey, Hashable {
    package let stringValue: String
    package var intValue: Int? { Int(stringValue) }
    package init(stringValue: String) { self.stringValue = stringValue }
    package init(intValue: Int) { stringValue = String(intValue) }
}

/// One field of a recorded value.
package struct Field<Root: Sendable>: Sendable {
    package typealias Path<Value> = WritableKeyPath<Root, Value> & Sendable
    typealias Target = KeyedEncodingContainer<FieldName>

    let name: FieldName
    /// It takes much room and changes all the time: not part of the samples between two snapshots.
    var isDense = false
    let same: @Sendable (Root, Root) -> Bool
    /// Encodes what changed between the second value and the first.
    let write: @Sendable (Root, Root, inout Target) throws -> Void
    /// Takes a change from a decoder.
    let read: @Sendable (inout Root, any Decoder) throws -> Void

    /// A field that is written whole when it has changed.
    package init<Value: Codable & Equatable & Sendable>(_ name: String, _ path: any Path<Value>) {
        self.name = FieldName(stringValue: name)
        let key = self.name
        same = { $0[keyPath: path] == $1[keyPath: path] }
        write = { new, _, container in try container.encode(new[keyPath: path], forKey: key) }
        read = { root, decoder in root[keyPath: path] = try Value(from: decoder) }
    }

    /// A field of which only what changed in it is written.
    package init<Value: Changing & Sendable>(in name: String, _ path: any Path<Value>) {
        self.name = FieldName(stringValue: name)
        let key = self.name
        same = { !$0[keyPath: path].hasChanged(since: $1[keyPath: path]) }
        write = { new, old, container in
            try container.encode(Change(from: old[keyPath: path], to: new[keyPath: path]), forKey: key)
        }
        read = { root, decoder in try root[keyPath: path].applyChange(from: decoder) }
    }

    /// A field that is written in a way of its own.
    init(
        _ name: String, same: @escaping @Sendable (Root, Root) -> Bool,
        write: @escaping @Sendable (Root, Root, any Encoder) throws -> Void,
        read: @escaping @Sendable (inout Root, any Decoder) throws -> Void
    ) {
        self.name = FieldName(stringValue: name)
        let key = self.name
        (self.same, self.read) = (same, read)
        self.write = { new, old, container in try write(new, old, container.superEncoder(forKey: key)) }
    }

    /// The same field, left out of samples.
    package var dense: Field {
        var field = self
        field.isDense = true
        return field
    }
}

/// A value that can be written as what changed in it. ``Recorded`` ones do so by their fields.
package protocol Changing {
    func hasChanged(since old: Self) -> Bool
    func encodeChange(since old: Self, to encoder: any Encoder) throws
    mutating func applyChange(from decoder: any Decoder) throws
}

/// A value with a default: what stands where nothing has been told yet.
package protocol Blank { init() }

/// What is always written whole.
extension Changing where Self: Codable & Equatable {
    package func hasChanged(since old: Self) -> Bool { self != old }
    package func encodeChange(since old: Self, to encoder: any Encoder) throws { try encode(to: encoder) }
    package mutating func applyChange(from decoder: any Decoder) throws { self = try Self(from: decoder) }
}
extension Int: Changing, Blank {}
extension Double: Changing, Blank {}

/// What an encoder writes of a change.
package struct Change<Value: Changing>: Encodable {
    let old: Value
    let new: Value

    package init(from old: Value, to new: Value) { (self.old, self.new) = (old, new) }
    package func encode(to encoder: any Encoder) throws { try new.encodeChange(since: old, to: encoder) }
}

extension CodingUserInfoKey {
    /// Set for samples: what lies between two snapshots, without the dense fields.
    package static let isSample = CodingUserInfoKey(rawValue: "isSample")!
}

extension Recorded {
    /// The names of the fields in which two values differ.
    package func differences(from other: Self) -> [String] {
        Self.fields.filter { !$0.same(self, other) }.map(\.name.stringValue)
    }

    package static func == (a: Self, b: Self) -> Bool { fields.allSatisfy { $0.same(a, b) } }
    package func hasChanged(since old: Self) -> Bool { !(self == old) }

    package func encodeChange(since old: Self, to encoder: any Encoder) throws {
        let isSample = encoder.userInfo[.isSample] != nil
        var container = encoder.container(keyedBy: FieldName.self)
        for field in Self.fields where !(isSample && field.isDense) && !field.same(self, old) {
            try field.write(self, old, &container)
        }
    }

    package mutating func applyChange(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: FieldName.self)
        for field in Self.fields where container.contains(field.name) {
            try field.read(&self, container.superDecoder(forKey: field.name))
        }
    }

    package func encode(to encoder: any Encoder) throws { try encodeChange(since: Self(), to: encoder) }
    package init(from decoder: any Decoder) throws {
        self.init()
        try applyChange(from: decoder)
    }
}
