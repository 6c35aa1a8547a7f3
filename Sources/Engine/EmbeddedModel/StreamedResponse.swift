/// An answer that can be sent piece by piece.
protocol StreamedResponse: Sendable {
    var count: Int { get }
    /// Whether its pieces come at the pace of a model that thinks, or as fast as they are taken.
    var isPaced: Bool { get }
    func message(ofPiece index: Int) -> JSONValue
}
