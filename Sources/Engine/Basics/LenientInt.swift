/// A number that some servers write as text (`"1000"`, as JSON made from protobuf does with long ones), or with a
/// fraction. What is neither is no number, and no reason to lose all that stands around it.
package struct LenientInt: Sendable, Decodable, Equatable {
    package let value: Int?

    package init(from decoder: any Decoder) throws {
        let field = try decoder.singleValueContainer()
        value = (try? field.decode(Int.self)) ?? (try? field.decode(Double.self)).flatMap { Int(exactly: $0.rounded()) }
            ?? (try? field.decode(String.self)).flatMap { Int($0) }
    }
}
