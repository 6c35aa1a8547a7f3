import FoundationEssentials
import Glibc

/// What the kernel says of this process, read when somebody asks: under the names that Prometheus' own clients use.
/// What cannot be read is left out.
struct ProcessFigures {
    var startTime: Double?
    var cpuSeconds: Double?
    var residentBytes: Double?
    var virtualBytes: Double?
    var openDescriptors: Double?
    var maxDescriptors: Double?
    var threads: Double?

    static func read() -> ProcessFigures {
        var figures = ProcessFigures()
        var usage = rusage()
        if getrusage(RUSAGE_SELF.rawValue, &usage) == 0 {
            figures.cpuSeconds = usage.ru_utime.seconds + usage.ru_stime.seconds
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max {
            figures.maxDescriptors = Double(limit.rlim_cur)
        }
        // The folder that is read is one of them.
        figures.openDescriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))
            .map { Double($0.count - 1) }
        // The name in parentheses may hold anything; the state, field 3, follows the last one. proc(5)
        guard let stat = text("/proc/self/stat"), let close = stat.lastIndex(of: ")") else { return figures }
        let fields = stat[stat.index(after: close)...].split(separator: " ").map(String.init)
        func field(_ number: Int) -> Double? { fields.count > number - 3 ? Double(fields[number - 3]) : nil }
        figures.threads = field(20)
        figures.virtualBytes = field(23)
        figures.residentBytes = field(24).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
        if let ticks = field(22), let boot = bootTime {
            figures.startTime = boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
        return figures
    }

    private static var bootTime: Double? {
        let line = text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst(6)) }
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    func add(to page: inout Exposition) {
        func add(_ kind: Exposition.Kind, _ name: String, _ help: String, _ value: Double?) {
            if let value { page.add(kind, name, help, [Exposition.Sample(value: value)]) }
        }
        add(.gauge, "process_start_time_seconds", "Start time of the process since the Unix epoch.", startTime)
        add(.counter, "process_cpu_seconds_total", "User and system CPU time of the process.", cpuSeconds)
        add(.gauge, "process_resident_memory_bytes", "Resident memory of the process.", residentBytes)
        add(.gauge, "process_virtual_memory_bytes", "Virtual memory of the process.", virtualBytes)
        add(.gauge, "process_open_fds", "Open file descriptors.", openDescriptors)
        add(.gauge, "process_max_fds", "Open file descriptors at the most.", maxDescriptors)
        add(.gauge, "process_threads", "Threads of the process.", threads)
    }
}

extension timeval {
    fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}
