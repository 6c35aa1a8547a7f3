import Glibc
import Synchronization

/// Reads what a child writes, on a thread of its own, and closes the descriptors when told to.
final class OutputReader: Sendable {
    /// What the thread reports, always in this order and from one thread.
    enum Report: Sendable {
        /// Bytes of the descriptor at this place in the list. Not settled: more was waiting when these were read.
        case bytes(Int, [UInt8], settled: Bool)
        /// The process has ended and everything it wrote was reported.
        case ended
        /// The descriptors are closed; the last report.
        case closed
    }
    private enum Order: UInt8 { case processEnded = 1, close }
    private let wakeUp: Int32
    /// Set with the last order: a write after the thread has closed its end would raise SIGPIPE.
    private let isClosed = Mutex(false)

    init(_ descriptors: [Int32], report: @escaping @Sendable (Report) -> Void) throws {
        let (wake, wakeUp) = try Descriptors.pipe()
        self.wakeUp = wakeUp
        for descriptor in descriptors { Descriptors.makeNonBlocking(descriptor) }
        startThread { Self.run(descriptors, wake: wake, report: report) }
    }

    /// The child was reaped: what is left in the descriptors is the rest.
    func processEnded() { order(.processEnded) }
    /// Closes the descriptors. For a terminal this is the hang-up.
    func close() { order(.close) }

    deinit { Glibc.close(wakeUp) }

    private func order(_ order: Order) {
        isClosed.withLock { isClosed in
            guard !isClosed else { return }
            isClosed = order == .close
            var byte = order.rawValue
            _ = write(wakeUp, &byte, 1)
        }
    }

    private static func run(_ descriptors: [Int32], wake: Int32, report: (Report) -> Void) {
        var isOpen = descriptors.map { _ in true }
        loop: while true {
            var polled = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
            for (index, descriptor) in descriptors.enumerated() {
                polled.append(pollfd(fd: isOpen[index] ? descriptor : -1, events: Int16(POLLIN), revents: 0))
            }
            if poll(&polled, nfds_t(polled.count), -1) < 0 { continue }
            for index in descriptors.indices where polled[index + 1].revents != 0 {
                isOpen[index] = drain(descriptors[index], index, report)
            }
            guard polled[0].revents != 0 else { continue }
            var order: UInt8 = 0
            let got = read(wake, &order, 1)
            if got == 1, order == Order.processEnded.rawValue {
                for index in descriptors.indices where isOpen[index] {
                    isOpen[index] = drain(descriptors[index], index, report)
                }
                report(.ended)
            } else {
                break loop  // told to close, or nobody is left to give orders
            }
        }
        for descriptor in descriptors { Glibc.close(descriptor) }
        Glibc.close(wake)
        report(.closed)
    }

    /// Reads what is there; false at the end of the stream.
    private static func drain(_ descriptor: Int32, _ index: Int, _ report: (Report) -> Void) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var total = 0
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let isOpen = count < 0 && errno == EAGAIN
                report(.bytes(index, [], settled: true))
                return isOpen
            }
            total += count
            // A stream that never pauses must not keep the waiting tests from looking at it.
            report(.bytes(index, Array(buffer[..<count]), settled: total > 65_536))
            if total > 65_536 { return true }
        }
    }
}

/// Making descriptors that children do not inherit.
enum Descriptors {
    static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw SystemError("pipe") }
        for end in ends { closeOnExec(end) }
        return (ends[0], ends[1])
    }
    static func closeOnExec(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    static func makeNonBlocking(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
}
