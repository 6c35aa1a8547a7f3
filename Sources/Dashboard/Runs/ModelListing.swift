import Canvas
import Dispatch
import Engine

/// `--list-models`: the models of an endpoint, one a line.
enum ModelListing {
    /// Blocks the calling thread until the list is there.
    static func run(_ settings: Settings) throws(ListingError) -> Int32 {
        do {
            let (endpoint, models) = try blockOn { try await ModelCatalog.read(settings) }
            for line in lines(endpoint, models) { Output.write(line) }
            return 0
        } catch {
            throw ListingError(description: "the list of models could not be read: \(error)")
        }
    }

    static func lines(_ endpoint: any ModelEndpoint, _ models: [ListedModel]) -> [String] {
        let width = models.map { TextWidth.of($0.name) }.max() ?? 0
        let limits = models.sorted { $0.name < $1.name }.map { model in
            let input = model.inputLimit.map { "  in \(NumberFormat.count($0))" } ?? ""
            let output = model.outputLimit.map { "  out \(NumberFormat.count($0))" } ?? ""
            let name = TextWidth.sanitized(model.name)
            let more = input + output + (model.isTextOnly ? "  takes text only" : "")
            return more.isEmpty ? name : NumberFormat.padded(name, width) + more
        }
        let able = models.count { !$0.isTextOnly }
        let count = able == 1 ? "1 model" : "\(able) models"
        return ["\(count) can answer at \(endpoint.shownURL) (\(endpoint.api.rawValue) API)"] + limits
    }
}

struct ListingError: Error, CustomStringConvertible {
    let description: String
}
