import NIOPosix
import Testing

@testable import Basics
@testable import Metrics
@testable import Record

@Suite("Where metrics are served", .shared)
struct MetricsAddressTests {
    @Test(
        "an address and a port, or a port of the loopback interface alone",
        arguments: [
            ("127.0.0.1:9464", "127.0.0.1:9464"), ("[::1]:0", "[::1]:0"), (":9464", "127.0.0.1:9464"),
            ("9464", "127.0.0.1:9464"), ("0", "127.0.0.1:0"), ("localhost:1", "127.0.0.1:1"),
            ("127.8.9.1:65535", "127.8.9.1:65535"),
        ])
    func loopback(text: String, meant: String) throws {
        let address = try #require(MetricsAddress(text))
        #expect(address.description == meant && address.isLoopback)
    }

    @Test("an address of the network is one that must be named",
        arguments: ["0.0.0.0:9464", "[::]:9464", "10.1.2.3:1", "[fe80::1]:5"])
    func network(text: String) throws {
        let address = try #require(MetricsAddress(text))
        #expect(address.description == text && !address.isLoopback)
    }

    @Test(
        "what is no such address is refused",
        arguments: [
            "", ":", "x", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "::1:9464",
            "[::1]", "[127.0.0.1]:1", "[::1:9464", "example.org:9464", "127.1:9464", "1.2.3.4:9464/metrics", ":9464 ",
            "http://127.0.0.1:9464", "127.0.0.1:٩",
        ])
    func refused(text: String) { #expect(MetricsAddress(text) == nil) }

    @Test("a port that somebody has is said, with what to do; one that nobody has is found free")
    func taken() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let free = MetricsSettings(address: try #require(MetricsAddress("0")), version: "1")
        let server = try await MetricsServer.start(free, group: group, clock: LoopClock()) { (Snapshot(), 0) }
        let taken = server.address
        #expect(taken.port > 0)
        let message = "metrics cannot be served on \(taken): Address already in use; name another address with "
            + "--metrics, or port 0 for any that is free"
        #expect { try taken.probe() } throws: { "\($0)" == message }
        await #expect {
            _ = try await MetricsServer.start(
                MetricsSettings(address: taken, version: "1"), group: group, clock: LoopClock()) { (Snapshot(), 0) }
        } throws: { "\($0)" == message }
        await server.close()
        try taken.probe()
        #expect { try #require(MetricsAddress("192.0.2.1:9464")).probe() } throws: {
            "\($0)".contains("Cannot assign requested address")
        }
    }
}
