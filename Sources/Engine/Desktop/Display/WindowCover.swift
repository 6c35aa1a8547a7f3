import Basics
import Synchronization

/// Whether another window lies upon the game's, on a display that others use too: what is captured of it then is black
/// or old, and not always all of it, so that the pictures do not tell.
///
/// Not where windows are composited: there each is captured whole. A display on another machine is not asked.
final class WindowCover: Sendable {
    /// A window that lies upon another.
    struct Cover: Sendable, Equatable {
        let id: UInt32
        let name: String

        var words: String { name.isEmpty ? "window \(id)" : "\"\(name)\" (window \(id))" }
    }

    /// How often it is looked.
    static let interval = Duration.milliseconds(500)

    private let display: XDisplay
    private let wire = Mutex<XWire?>(nil)

    init(_ display: XDisplay) { self.display = display }

    /// What lies upon a window; `nil` where nothing does, and where that cannot be known. Blocks for a moment.
    func cover(of window: UInt64) -> Cover? {
        guard display.isShared, let window = UInt32(exactly: window) else { return nil }
        return wire.withLock { wire in
            do {
                let open = try wire ?? XWire(
                    display: display.name, authority: display.environment.variables["XAUTHORITY"]
                        ?? display.environment.variables["HOME"].map { $0 + "/.Xauthority" })
                wire = open
                return try Self.cover(of: window, open)
            } catch {
                // A window has gone meanwhile, or the server has: asked anew next time.
                wire = nil
                return nil
            }
        }
    }

    private static func cover(of window: XWire.Window, _ wire: XWire) throws(XWire.Failure) -> Cover? {
        if try wire.isComposited() { return nil }
        // Window managers put a frame around it, which is what lies among the others.
        var top = window
        while true {
            let parent = try wire.tree(top).parent
            if parent == wire.root || parent == 0 { break }
            top = parent
        }
        let content = try wire.content(window)
        let stack = try wire.tree(wire.root).children
        guard let place = stack.firstIndex(of: top) else { return nil }
        for other in stack[(place + 1)...].reversed() {
            guard try wire.isShown(other), try wire.area(other).overlaps(content) else { continue }
            return Cover(id: other, name: try name(of: other, wire))
        }
        return nil
    }

    /// The name of a window, or of what a window manager has put into its frame.
    private static func name(of window: XWire.Window, _ wire: XWire) throws(XWire.Failure) -> String {
        for candidate in [window] + (try wire.tree(window).children.prefix(8)) {
            // What others call their windows goes to a terminal, and is not ours.
            let name = try wire.name(candidate).prefix(40)
            if !name.isEmpty { return String(name.map { $0.isASCII && ($0 < " " || $0 == "\u{7F}") ? "?" : $0 }) }
        }
        return ""
    }
}
