import Foundation

@testable import Desktop

/// Programs of a test's own in place of xdotool and the like: what they are asked, and how they fail, is the test's.
/// Nothing else is in their `PATH`.
final class FakePrograms: Sendable {
    private let folder = TestFolder()
    var path: String { folder.path }
    var environment: ChildEnvironment { ChildEnvironment(["PATH": path, "TMPDIR": path]) }

    init() throws {
        for name in ["setpriv", "env", "sleep"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(path)/\(name)", withDestinationPath: "/usr/bin/\(name)")
        }
    }

    /// An xdotool that writes down what it is asked and does: the lines of a long-lived one in `done`, the arguments of
    /// the others in `asked`. It fails while it is ``broken``, finds a window with the number 7 once there is a file
    /// `window`, and says of every window what stands in the file `facts`.
    func installXDotool() throws {
        try install(
            "xdotool",
            """
            cd '\(path)'
            fail() { [ -e broken ] && echo "Error: Can't open display: (null)" >&2; }
            case $1 in
            -)  while read -r line; do
                    fail && exit 1
                    echo "$line" >> done
                    case $line in getmouselocation) echo "x:0 y:0 screen:0 window:7" ;; esac
                done ;;
            *)  echo "$*" >> asked
                fail && exit 1
                case $1 in
                search) [ -e window ] && echo 7 ;;
                getwindowgeometry) while read -r line; do echo "$line"; done < facts ;;
                *) exit 0 ;;
                esac ;;
            esac
            """)
    }

    func install(_ name: String, _ script: String) throws {
        try write(name, "#!/bin/sh\n" + script + "\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(path)/\(name)")
    }

    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    }

    func remove(_ name: String) { try? FileManager.default.removeItem(atPath: "\(path)/\(name)") }

    /// The lines of a file; none while it is not there.
    func lines(_ name: String) -> [String] {
        let data = FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
