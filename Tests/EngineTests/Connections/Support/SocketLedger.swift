import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
import Glibc

@testable import Basics
@testable import Connections

#endif

/// The descriptors of every socket a pool has opened, and the kernel's word on which of them are still open.
///
/// Unlike the name of the other end, a descriptor also tells of sockets that are still connecting or were reset, over
/// either family, and of nobody else's.
final class SocketLedger: Sendable {
    /// That of the pool of the running test.
    @TaskLocal static var current: SocketLedger?

    private struct Entry: Hashable {
        let descriptor: CInt
        /// Which socket it is: the number of a descriptor is given away again.
        let inode: UInt64
    }
    private let entries = Mutex<Set<Entry>>([])

    /// How many sockets were opened, and how many of them are open now.
    var count: Int { entries.withLock { $0.count } }
    var open: Int { entries.withLock { $0.count { Self.inode(of: $0.descriptor) == $0.inode } } }

    /// Connects in the same way, and takes down the socket.
    func noting(_ connect: @escaping Dial.Connect) -> Dial.Connect {
        { [self] address, loop, initializer in
            connect(address, loop) { [self] channel in
                note(channel)
                return initializer(channel)
            }
        }
    }

    private func note(_ channel: any Channel) {
        let found = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            $0
        }
        guard let descriptor = found.flatMap({ $0 }), let inode = Self.inode(of: descriptor) else { return }
        entries.withLock { _ = $0.insert(Entry(descriptor: descriptor, inode: inode)) }
    }

    private static func inode(of descriptor: CInt) -> UInt64? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? UInt64(status.st_ino) : nil
    }
}
