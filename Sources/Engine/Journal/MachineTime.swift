import FoundationEssentials
import Glibc

/// A moment by the clock that runs since the machine's start, which nobody can set: of two sessions it tells which
/// came later, whatever the clock on the wall was set to in between.
package struct MachineTime: Codable, Sendable, Equatable {
    /// Which start of the machine.
    var boot: String
    var seconds: Double

    /// `nil` where the kernel does not say which start it is.
    static func now() -> MachineTime? {
        var time = timespec()
        guard let boot = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id"), !boot.isEmpty,
            clock_gettime(CLOCK_BOOTTIME, &time) == 0
        else { return nil }
        let seconds = Double(time.tv_sec) + Double(time.tv_nsec / 1_000_000) / 1000
        return MachineTime(boot: String(decoding: boot, as: UTF8.self).filter { !$0.isNewline }, seconds: seconds)
    }

    /// Whether this is known to be later.
    package func isLater(than other: MachineTime) -> Bool { boot == other.boot && seconds > other.seconds }
}
