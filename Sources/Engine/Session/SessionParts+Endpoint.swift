import Basics
import Connections
import NIOCore
import NIOPosix

extension Settings {
    /// The connections of whatever is asked with these settings: with their limits, what they trust, and their proxies.
    func connections(on group: any EventLoopGroup, clock: any EngineClock) -> ConnectionPool {
        ConnectionPool(pool, on: group, clock: clock, tls: tls, proxy: proxy)
    }

    /// The API of a remote endpoint: the one that was named, or the one its URL looks like.
    package func api(of url: String) -> ModelAPI { api ?? .guess(baseURL: url) }

    /// A remote endpoint as it is asked.
    /// - Throws: what is missing, in words. Where no model is named, the endpoint's list of models is read; when none
    ///   of them can see, the one that would be asked is given as text only.
    func remoteEndpoint(
        _ url: String, over http: any HTTPClient
    ) async throws(EndpointError) -> (model: any ModelEndpoint, isTextOnly: Bool) {
        switch api(of: url) {
        case .gemini:
            var endpoint = GeminiEndpoint(baseURL: url, model: model, key: apiKey, version: apiVersion ?? "v1beta")
            endpoint.isGuessed = api == nil && !Settings.isGoogle(url)
            return (endpoint, false)
        case .openai:
            func endpoint(_ model: String) -> OpenAIEndpoint {
                var endpoint = OpenAIEndpoint(baseURL: url, model: model, key: apiKey)
                endpoint.isGuessed = api == nil
                return endpoint
            }
            if let model { return (endpoint(model), false) }
            let nameless = endpoint("")
            let models: [ListedModel]
            do {
                models = try await nameless.client(over: http).models()
            } catch {
                throw .noList(url: nameless.shownURL, why: "\(error)")
            }
            guard let likeliest = ListedModel.likeliest(of: models) else { throw .emptyList(url: nameless.shownURL) }
            return (endpoint(likeliest.name), likeliest.isTextOnly)
        }
    }
}

/// Why an endpoint cannot be asked.
package enum EndpointError: Error, Equatable, CustomStringConvertible {
    case noList(url: String, why: String)
    case emptyList(url: String)

    package var description: String {
        switch self {
        case .noList(let url, let why):
            "no --model is named, and the list of models at \(url) could not be read: \(why). Name one with --model."
        case .emptyList(let url): "no --model is named, and \(url) lists none. Name one with --model."
        }
    }
}

/// The models of an endpoint, read without a session.
package enum ModelCatalog {
    /// Opens what is needed for it, and closes that again.
    package static func read(_ settings: Settings) async throws -> (endpoint: any ModelEndpoint, models: [ListedModel])
    {
        let hub = EventHub()
        let cleanup = Cleanup(hub: hub)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        cleanup.arm("Event loops", step: 4) {
            try await group.shutdownGracefully()
        }
        let http = LazyHTTPClient { settings.connections(on: group, clock: hub.clock) }
        cleanup.arm("Connections", step: 2) {
            await http.close()
        }
        do {
            var named = settings
            // The list is what is wanted: it must not be asked for a first model to begin with.
            named.model = settings.model ?? ""
            let endpoint = try await SessionParts.endpoint(named, group, http, hub, cleanup).model
            let models = try await endpoint.client(over: http).models()
            _ = await cleanup.run()
            return (endpoint, models)
        } catch {
            _ = await cleanup.run()
            throw error
        }
    }
}
