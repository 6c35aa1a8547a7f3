import Canvas
import FoundationEssentials

/// What is said to the window around the screen - its title, a notification, the clipboard - as the bytes that this
/// kind of terminal takes; none where it takes none. Pure. Text from elsewhere cannot end a sequence early or begin
/// one.
package struct WindowSequences: Sendable, Equatable {
    /// How a terminal is asked to show a notification of the desktop. Some understand both and would show two: each is
    /// asked in one way only.
    enum Notification: Sendable, Equatable {
        case none
        /// `OSC 9 ; text`, iTerm2's, understood by kitty, foot, WezTerm, ghostty and Windows Terminal as well.
        case plain
        /// `OSC 777 ; notify ; title ; text`, for those that know only this: urxvt, Konsole, and VTE where the
        /// distribution has added it.
        case titled
    }

    let hasTitle: Bool
    let notification: Notification
    /// tmux takes what is wrapped to the terminal outside, if `allow-passthrough` is on.
    package let isTmux: Bool
    /// Whether anybody takes what is copied.
    package let hasClipboard: Bool

    package init(_ environment: [String: String]) {
        func has(_ name: String) -> Bool { environment[name].map { !$0.isEmpty } ?? false }
        let term = environment["TERM"] ?? ""
        isTmux = has("TMUX") || term.hasPrefix("tmux")
        // GNU screen cannot put a title back and passes nothing else on; consoles and terminals of old print what they
        // do not understand.
        let isDeaf = !isTmux && (term.hasPrefix("screen") || has("STY"))
        let old = ["linux", "eterm", "cons", "ansi", "pcansi", "sun", "wsvt", "cygwin"]
        let isOld = old.contains { term.hasPrefix($0) }
            || term.hasPrefix("vt") && term.dropFirst(2).first?.isNumber == true
        hasTitle = !isDeaf && !isOld
        hasClipboard = hasTitle
        let isTitled = term.hasPrefix("rxvt") || term.hasPrefix("konsole") || has("VTE_VERSION")
            || has("KONSOLE_VERSION")
        // What tmux was started in may not be what it is looked at with: the way that most understand.
        notification = !hasTitle ? .none : isTitled && !isTmux ? .titled : .plain
    }

    /// Puts the title there is on the terminal's stack. Again: in place of the one that was put there before, if nobody
    /// has emptied the stack since.
    func pushTitle(again: Bool = false) -> String {
        hasTitle ? (again ? "\u{1b}[23;2t" : "") + "\u{1b}[22;2t" : ""
    }
    /// Takes it back from there. Emptied before: a terminal without such a stack must not go on naming a session that
    /// is over.
    var popTitle: String { hasTitle ? title("") + "\u{1b}[23;2t" : "" }

    func title(_ text: String) -> String { hasTitle ? "\u{1b}]2;\(Self.harmless(text))\u{7}" : "" }

    /// `title` says who speaks. It comes first in either way, so that the text never begins with a number, which would
    /// be another order (`OSC 9 ; 4` is a progress bar).
    func notification(_ title: String, _ text: String) -> String {
        let (title, text) = (Self.harmless(title), Self.harmless(text))
        return switch notification {
        case .none: ""
        case .plain: wrapped("\u{1b}]9;\(title): \(text)\u{7}")
        case .titled: "\u{1b}]777;notify;\(title.replacing(";", with: ","));\(text)\u{7}"
        }
    }

    /// Bytes of a text that terminals take at once: in base64 these are the 100 kB where the most careful of them stop.
    package static let mostCopied = 74_994

    /// As much from the beginning of a text as can be copied; never half a character.
    package static func copyable(_ text: String) -> String {
        guard text.utf8.count > mostCopied else { return text }
        var bytes = 0
        return String(
            text.prefix { character in
                bytes += character.utf8.count
                return bytes <= mostCopied
            })
    }

    /// Puts a text into the clipboard. tmux takes the order itself where `set-clipboard` is on, and passes the wrapped
    /// one on where `allow-passthrough` is: twice the same does no harm.
    func copy(_ text: String) -> String {
        guard hasClipboard else { return "" }
        let order = "\u{1b}]52;c;\(Data(Self.copyable(text).utf8).base64EncodedString())\u{7}"
        return isTmux ? order + wrapped(order) : order
    }

    private func wrapped(_ order: String) -> String {
        isTmux ? "\u{1b}Ptmux;\(order.replacing("\u{1b}", with: "\u{1b}\u{1b}"))\u{1b}\\" : order
    }

    /// Text without anything that a terminal would obey, and no longer than anybody reads there.
    private static func harmless(_ text: String) -> String { TextWidth.sanitized(text, limit: 250) }
}
