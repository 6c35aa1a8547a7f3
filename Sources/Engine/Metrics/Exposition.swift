import Record

/// Prometheus' text format, version 0.0.4: families of samples, each with its help and its type.
///
/// As its documentation says: a backslash and a line feed are escaped in help texts, and a double quote as well in values
/// of labels; numbers are as Go reads them; the buckets of a histogram add up, and the last one holds all.
struct Exposition {
    enum Kind: String { case counter, gauge, histogram }

    struct Sample {
        var labels: [(name: String, value: String)] = []
        var value: Double
    }

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    mutating func add(_ kind: Kind, _ name: String, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        begin(kind, name, help)
        for sample in samples { line(name, sample.labels, sample.value) }
    }

    mutating func counter(_ name: String, _ help: String, _ value: Int) {
        add(.counter, name, help, [Sample(value: Double(value))])
    }

    mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        add(.gauge, name, help, [Sample(value: value)])
    }

    /// One series for every value of a label.
    mutating func add<Value>(
        _ kind: Kind, _ name: String, _ help: String, by label: String, _ values: [(String, Value)]
    ) where Value: MetricValue {
        add(kind, name, help, values.map { Sample(labels: [(label, $0)], value: $1.metric) })
    }

    /// Durations in seconds, a histogram for every value of a label.
    mutating func histogram(
        _ name: String, _ help: String, by label: String? = nil, _ records: [(String, LatencyRecord)]
    ) {
        guard !records.isEmpty else { return }
        begin(.histogram, name, help)
        for (value, record) in records {
            let labels = label.map { [(name: $0, value: value)] } ?? []
            for (bound, count) in zip(Self.bounds, record.cumulative(Self.bounds)) {
                line(name + "_bucket", labels + [("le", Self.number(bound))], Double(count))
            }
            line(name + "_bucket", labels + [("le", "+Inf")], Double(record.count))
            line(name + "_sum", labels, record.sum)
            line(name + "_count", labels, Double(record.count))
        }
    }

    /// From what a reflex takes to what a slow model does.
    static let bounds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    private mutating func begin(_ kind: Kind, _ name: String, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func line(_ name: String, _ labels: [(name: String, value: String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            let written = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
            text += "{" + written.joined(separator: ",") + "}"
        }
        text += " " + Self.number(value) + "\n"
    }

    static func escaped(_ text: String, quotes: Bool = false) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}

/// A number, or whether something is so: 1 or 0.
protocol MetricValue { var metric: Double { get } }
extension Int: MetricValue { var metric: Double { Double(self) } }
extension Double: MetricValue { var metric: Double { self } }
extension Bool: MetricValue { var metric: Double { self ? 1 : 0 } }

/// All values that a label may have, each with a figure: a series that is there from the start does not hide its first
/// event.
func each<Case: CaseIterable & RawRepresentable, Value>(
    _: Case.Type, _ value: (Case) -> Value
) -> [(String, Value)] where Case.RawValue == String {
    Case.allCases.map { ($0.rawValue, value($0)) }
}
