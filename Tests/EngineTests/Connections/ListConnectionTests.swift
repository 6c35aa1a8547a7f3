import NIOCore
import Testing

@testable import Basics
@testable import Connections

@testable import Engine

@Suite("How the list of models is reached", .timeLimit(.minutes(5)), .shared)
struct ListConnectionTests {
    private static let list = #"{"models":[{"name":"models/m","supportedGenerationMethods":["generateContent"]}]}"#

    private func settings(_ url: String) -> Settings {
        var settings = Settings()
        settings.endpoint = .remote(url)
        settings.api = .gemini
        settings.tls.additionalRoots = [TestCertificate.local.certificate]
        return settings
    }

    @Test("with the certificates that are trusted besides the system's")
    func trusted() async throws {
        try await Fixture.withPeer(.tls, script: { $1.answer(Self.list) }) { peer in
            let models = try await ModelCatalog.read(settings(peer.url)).models
            #expect(models.map(\.name) == ["m"])
        }
    }

    @Test("through the proxy", arguments: ["http", "https"])
    func proxied(scheme: String) async throws {
        try await Fixture.withPeer(.tls, script: { $1.answer(Self.list) }) { server in
            let script: Peer.Script = { request, connection in
                if request.method != "CONNECT" { return connection.answer(Self.list) }
                connection.join(port: server.port, greeting: "HTTP/1.1 200 OK\r\n\r\n")
            }
            try await Fixture.withPeer(script: script) { proxy in
                var settings = settings("\(scheme)://a.test")
                // The server's certificate is for another name, which the client is to see; plain text has none.
                settings.proxy.http = .init("127.0.0.1:\(proxy.port)")
                settings.proxy.https = settings.proxy.http
                let ending = await Ending { try await ModelCatalog.read(settings).models.map(\.name).joined() }
                if scheme == "http" { #expect(ending == .answered("m")) }
                let asked = scheme == "http" ? "http://a.test:80/v1beta/models?pageSize=1000" : "a.test:443"
                #expect(proxy.counts.requests == [asked])
            }
        }
    }
}
