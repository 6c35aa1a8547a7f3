import Testing

@testable import Basics
@testable import Engine

@Suite(.shared) struct SecretTests {
    @Test("a secret does not show in any way of printing it")
    func hidden() {
        var settings = Settings()
        settings.apiKey = Secret("AIzaSy-very-secret")
        var dumped = ""
        dump(settings, to: &dumped)
        let printed = ["\(settings)", String(describing: settings), String(reflecting: settings), dumped]
        #expect(printed.allSatisfy { !$0.contains("very-secret") })
        #expect(settings.apiKey?.reveal() == "AIzaSy-very-secret")
    }
}
