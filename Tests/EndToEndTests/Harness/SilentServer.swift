import Glibc
import Synchronization

/// Accepts connections on the loopback interface and never answers: the slowest peer there is.
final class SilentServer: Sendable {
    var port: UInt16 { listener.port }
    private let listener: LoopbackListener
    private let accepted = Observed<[Int32]>([])

    init() throws {
        listener = try LoopbackListener()
        listener.start { [accepted] connection in
            Descriptors.closeOnExec(connection)
            accepted.update { $0.append(connection) }
        } ended: { [accepted] in
            accepted.end("the server was closed")
        }
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// Waits until this many connections were accepted.
    func accepts(_ count: Int, within timeout: Duration = Patience.wait) async throws {
        _ = try await accepted.first("\(count) connections", within: timeout, describe: { "\($0.count) accepted" }) {
            $0.count >= count ? true : nil
        }
    }

    /// Ends the accepting thread and closes everything.
    func close() async {
        listener.stop()
        _ = try? await accepted.first("the end", within: .seconds(5), describe: { _ in "" }) { _ in Never?.none }
        for connection in accepted.value { Glibc.close(connection) }
        listener.close()
    }
}
