import Basics
import FoundationEssentials

/// Where Steam keeps games: in its own folder, and in others that a person added.
enum SteamLibraries {
    private static let homes = [
        ".steam/steam", ".local/share/Steam", ".var/app/com.valvesoftware.Steam/.local/share/Steam",
        "snap/steam/common/.local/share/Steam",
    ]

    /// The folders that hold a `steamapps`, those of Steam itself first.
    static func folders(home: String) -> [String] {
        let own = homes.map { "\(home)/\($0)" }.filter { FileManager.default.fileExists(atPath: $0 + "/steamapps") }
        var folders = own
        for folder in own {
            guard let list = try? WholeFile.read(folder + "/steamapps/libraryfolders.vdf", limit: 256 << 10) else {
                continue
            }
            for path in paths(in: String(decoding: list, as: UTF8.self)) where !folders.contains(path) {
                folders.append(path)
            }
        }
        return folders
    }

    /// The paths that a `libraryfolders.vdf` names: lines of two quoted texts, of which the first is `path`.
    static func paths(in list: String) -> [String] {
        list.split(whereSeparator: \.isNewline).compactMap { line in
            let texts = line.split(separator: "\"", omittingEmptySubsequences: false)
            guard texts.count == 5, texts[1] == "path", texts[3].hasPrefix("/") else { return nil }
            return String(texts[3])
        }
    }
}
