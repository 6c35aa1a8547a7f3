import Engine
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Vision

@Suite(.shared) struct ModelRouteTests {
    @Test("the paths of both API versions lead to their calls", arguments: ["v1", "v1beta"])
    func calls(version: String) throws {
        let base = "/\(version)/models"
        #expect(try ModelRoute(method: "GET", uri: base).call == .listModels)
        #expect(try ModelRoute(method: "GET", uri: base + "/?pageSize=50").call == .listModels)
        #expect(try ModelRoute(method: "GET", uri: base + "/m-1").call == .describe(model: "m-1"))
        #expect(try ModelRoute(method: "POST", uri: base + "/m:generateContent").call == .generate(model: "m"))
        #expect(try ModelRoute(method: "POST", uri: base + "/models/m:countTokens").call == .countTokens(model: "m"))
        let stream = base + "/m:streamGenerateContent"
        #expect(try ModelRoute(method: "POST", uri: stream).call == .stream(model: "m", framing: .array))
        #expect(try ModelRoute(method: "POST", uri: stream + "?alt=json").call == .stream(model: "m", framing: .array))
        let route = try ModelRoute(method: "POST", uri: stream + "?key=a%2Bb%25&alt=sse")
        #expect(route.call == .stream(model: "m", framing: .events))
        #expect(route.version == version)
        #expect(route.key == "a+b%")
    }

    @Test("escapes in the path are resolved")
    func escapes() throws {
        #expect(try ModelRoute(method: "POST", uri: "/v1/models/m%3AgenerateContent").call == .generate(model: "m"))
    }

    @Test("other paths are 404", arguments: [
        "/", "", "/v2/models", "/v1beta", "/v1beta/voices", "*", "/v1/models/a/b:generateContent",
        "/v1/tunedModels/a:generateContent",
    ])
    func unknownPath(uri: String) {
        let error = #expect(throws: APIError.self) { try ModelRoute(method: "POST", uri: uri) }
        #expect(error?.code == 404)
    }

    @Test("a method of a model that does not exist is 404, as at Google")
    func unknownMethod() {
        let error = #expect(throws: APIError.self) { try ModelRoute(method: "POST", uri: "/v1/models/m:embedContent") }
        let start = "models/m is not found for API version v1, or is not supported for embedContent."
        #expect(error?.message.hasPrefix(start) == true)
    }

    @Test("the wrong HTTP method is 405 and says the right one")
    func wrongMethod() {
        for (method, uri, allowed) in [("POST", "/v1/models", "GET"), ("GET", "/v1/models/m:generateContent", "POST"),
                                       ("DELETE", "/v1/models/m", "GET")] {
            let error = #expect(throws: APIError.self) { try ModelRoute(method: method, uri: uri) }
            #expect(error?.code == 405 && error?.allowedMethod == allowed)
        }
    }

    @Test("an alt that is neither json nor sse is refused")
    func unknownAlt() {
        let error = #expect(throws: APIError.self) {
            try ModelRoute(method: "POST", uri: "/v1/models/m:streamGenerateContent?alt=proto")
        }
        #expect(error?.code == 400)
    }
}
