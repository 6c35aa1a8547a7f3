import Testing

@testable import Metrics
@testable import Record

@Suite("Prometheus' text format", .shared)
struct ExpositionTests {
    @Test("a family is its help, its type and its samples")
    func family() {
        var page = Exposition()
        page.counter("a_total", "How many.", 3)
        page.add(.gauge, "b", "Who.", by: "name", [("x", true), ("y", false)])
        page.add(.gauge, "c", "Nobody.", [])
        #expect(
            page.text == """
                # HELP a_total How many.
                # TYPE a_total counter
                a_total 3
                # HELP b Who.
                # TYPE b gauge
                b{name="x"} 1
                b{name="y"} 0

                """)
    }

    @Test("line feeds, backslashes and quotes cannot break out of a label or a help text")
    func escaping() {
        var page = Exposition()
        page.add(.gauge, "a", "one\ntwo \\ \"three\"", by: "b", [("x\"} 1\ny\\ \u{1B}é", 1)])
        #expect(
            page.text == """
                # HELP a one\\ntwo \\\\ "three"
                # TYPE a gauge
                a{b="x\\"} 1\\ny\\\\ \u{1B}é"} 1

                """)
    }

    @Test("a carriage return before a line feed, which is one character with it, does not hide it")
    func carriageReturn() { #expect(Exposition.escaped("a\r\nb") == "a\r\\nb") }

    @Test(
        "numbers are as Go reads them",
        arguments: [
            (0, "0"), (-0.0, "0"), (12, "12"), (0.25, "0.25"), (1e-7, "1e-07"), (1e300, "1e+300"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"), (.nan, "NaN"), (9_007_199_254_740_991, "9007199254740991.0"),
        ])
    func numbers(value: Double, text: String) { #expect(Exposition.number(value) == text) }

    @Test("buckets add up, the last one holds all, and each holds what lasted as long or shorter")
    func histogram() throws {
        var record = LatencyRecord()
        for seconds in [0.00005, 0.0004, 0.0004, 0.003, 0.07, 0.07, 0.4, 2, 45, 300] { record.add(seconds) }
        var page = Exposition()
        page.histogram("h_seconds", "Time.", by: "loop", [("a", record), ("b", LatencyRecord())])
        let samples = try Scraped(page.text).samples
        let buckets = samples.filter { $0.name == "h_seconds_bucket" && $0.labels["loop"] == "a" }
        #expect(
            buckets.map { "\($0.labels["le"]!):\(Int($0.value))" } == [
                "0.0001:1", "0.0005:3", "0.001:3", "0.005:4", "0.01:4", "0.025:4", "0.05:4", "0.1:6", "0.25:6", "0.5:7",
                "1:7", "2.5:8", "5:8", "10:8", "30:8", "60:9", "+Inf:10",
            ])
        #expect(samples.first { $0.name == "h_seconds_count" }?.value == 10)
        let sum = try #require(samples.first { $0.name == "h_seconds_sum" }).value
        #expect(abs(sum - 347.54385) < 3.5)
        let empty = samples.filter { $0.labels["loop"] == "b" }
        #expect(empty.count == 19 && empty.allSatisfy { $0.value == 0 })
    }
}

/// A page as who scrapes it reads it.
struct Scraped {
    struct Sample { var name: String, labels: [String: String], value: Double }
    struct Malformed: Error { var line: String }
    /// The type of each family, in their order.
    var types: [(name: String, type: String)] = []
    var samples: [Sample] = []

    /// - Throws: the first line that is not of the format, or stands where it must not.
    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Malformed(line: "no end of the last line") }
        var helped: String?
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let match = line.wholeMatch(of: #/# HELP ([a-z_]+) (.+)/#) {
                helped = String(match.1)
            } else if let match = line.wholeMatch(of: #/# TYPE ([a-z_]+) (counter|gauge|histogram)/#) {
                guard helped == String(match.1), !types.contains(where: { $0.name == match.1 }) else {
                    throw Malformed(line: line)
                }
                types.append((String(match.1), String(match.2)))
            } else if let match = line.wholeMatch(of: #/([a-z_]+)(?:\{(.*)\})? (\S+)/#), let family = types.last,
                let value = Double(match.3.replacing("+Inf", with: "inf"))
            {
                let suffixes = family.type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                guard suffixes.contains(where: { family.name + $0 == match.1 }) else { throw Malformed(line: line) }
                var labels: [String: String] = [:]
                for label in (match.2 ?? "").matches(of: #/([a-z_]+)="((?:[^"\\]|\\.)*)"/#) {
                    labels[String(label.1)] = String(label.2)
                }
                samples.append(Sample(name: String(match.1), labels: labels, value: value))
            } else {
                throw Malformed(line: line)
            }
        }
    }

    /// The sum over all series of a name whose labels are among those given.
    subscript(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let found = samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
        return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value }
    }
}
