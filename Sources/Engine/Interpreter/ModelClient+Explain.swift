import Basics
import Record

extension ModelClient {
    /// Finds out more about a refusal: where it is a 404 because the model is not one of those that answer there, says
    /// so, with near matches. Asks for the list of models, which costs nothing.
    func explain(_ refusal: GeminiMessages.Refusal, status: Int, model: String) async -> InterpreterError {
        let plain = InterpreterError.refused(refusal, status: status)
        guard status == 404, let listed = try? await models(), !listed.isEmpty else { return plain }
        let names = listed.map(\.name)
        guard !names.contains(model) else { return plain }
        return .unknownModel(model, near: NearMatches.of(model, in: names), listed: names.count)
    }
}
