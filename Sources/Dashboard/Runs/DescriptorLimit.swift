import Glibc

/// How many files this process may have open (RLIMIT_NOFILE). The libraries of its event loops end the program when
/// they can open none, with a trap: it is said before.
enum DescriptorLimit {
    /// With the dashboard up 19 were counted beside the standard streams and the sockets of requests.
    static let needed = 20

    /// - Throws: when fewer can be opened than a session has open all the time.
    static func check() throws(DescriptorError) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        var free = 0
        for descriptor in 0..<Int32(clamping: limit.rlim_cur) {
            if fcntl(descriptor, F_GETFD) < 0 { free += 1 }
            if free == needed { return }
        }
        throw DescriptorError(limit: UInt64(limit.rlim_cur), free: free)
    }
}

struct DescriptorError: Error, CustomStringConvertible, Equatable {
    let limit: UInt64
    let free: Int

    var description: String {
        "only \(limit) files may be open at once (RLIMIT_NOFILE), \(limit - UInt64(free)) are, and "
            + "\(DescriptorLimit.needed) more are needed: raise the limit with `ulimit -n 1024`, "
            + "or LimitNOFILE= of a systemd unit"
    }
}
