import Glibc

/// How many columns text takes in a terminal, and which of its characters may reach one.
///
/// The C library is the one authority: curses counts with its `wcwidth`. What it does not know, and what terminals are
/// not of one mind about, is replaced or left out, so that no row can shift:
/// - what a terminal would obey, and what joins or reorders its neighbours (control characters, joiners, variation
///   selectors, skin tones, bidirectional controls, parts of syllables), is left out;
/// - the two halves of a flag are the letters of its country; a character whose width has changed, or that is newer
///   than the library, is a question mark;
/// - a mark above or below stays with its letter: it takes no column anywhere.
package enum TextWidth {
    /// What stands on the screen for a character, and its columns, 1 or 2; `nil` for what is left out.
    package static func shown(_ scalar: Unicode.Scalar) -> (scalar: Unicode.Scalar, width: Int)? {
        let code = scalar.value
        if code < 0x7F { return code < 0x20 ? nil : (scalar, 1) }
        // Every frame asks for these thousands of times, and for few others.
        if drawing.contains(code), isDrawn[Int(code - drawing.lowerBound)] { return (scalar, 1) }
        return lookedUp(scalar)
    }

    /// What panels are drawn with: dashes, arrows, boxes, blocks, braille.
    private static let drawing: Range<UInt32> = 0x2000..<0x2900
    /// Which of them stand on the screen as they are, in one column.
    private static let isDrawn = drawing.map { code in
        guard let scalar = Unicode.Scalar(code), let (shown, width) = lookedUp(scalar) else { return false }
        return shown == scalar && width == 1
    }

    private static func lookedUp(_ scalar: Unicode.Scalar) -> (scalar: Unicode.Scalar, width: Int)? {
        let code = scalar.value
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark, .format, .control, .surrogate, .privateUse, .unassigned,
            .lineSeparator, .paragraphSeparator:
            return nil
        case .modifierSymbol where scalar.properties.isEmojiModifier: return nil
        case .otherSymbol where (0x1F1E6...0x1F1FF).contains(code):
            return (Unicode.Scalar(UInt8(code - 0x1F1E6) + UInt8(ascii: "A")), 1)
        default:
            let width = columns(wchar_t(code))
            if width < 0 || unsettled.contains(where: { $0.contains(code) }) { return ("?", 1) }
            return width > 0 ? (scalar, Int(width)) : nil
        }
    }

    /// Columns: 1 or 2; 0 for what is left out or takes none.
    package static func of(_ scalar: Unicode.Scalar) -> Int { shown(scalar)?.width ?? 0 }

    /// Whether it stands above or below the letter before it, in every terminal. A virama is no such mark: it joins
    /// the letters around it where a terminal knows their script.
    package static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        guard (0x300...0xFFFF).contains(scalar.value) else { return false }
        let properties = scalar.properties
        return properties.generalCategory == .nonspacingMark && !properties.isVariationSelector
            && properties.canonicalCombiningClass != .virama && columns(wchar_t(scalar.value)) == 0
    }

    /// Columns that `text` takes once what cannot be shown is left out.
    package static func of(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + of($1) }
    }

    /// `text` without anything a terminal would obey or that has no width; tabs and line ends become blanks.
    /// At most `limit` characters are looked at, so that a flood costs no more than a sentence.
    package static func sanitized(_ text: String, limit: Int = 4096) -> String {
        var clean = String.UnicodeScalarView()
        var marks = 0
        for scalar in text.unicodeScalars.prefix(limit) {
            if scalar == "\t" || scalar == "\n" || scalar == "\r" {
                clean.append(" ")
            } else if let (shown, _) = shown(scalar) {
                clean.append(shown)
                marks = 0
            } else if marks < Cell.mostMarks, !clean.isEmpty, isMark(scalar) {
                clean.append(scalar)
                marks += 1
            }
        }
        return String(clean)
    }

    /// `text` cut to `columns`, with an ellipsis where something was cut off. Of a number that does not fit nothing is
    /// left: its beginning would be another number. Sanitized.
    package static func truncated(_ text: String, to columns: Int, ellipsis: Unicode.Scalar = "…") -> String {
        guard columns > 0 else { return "" }
        let clean = sanitized(text, limit: columns * 8 + 64)
        guard of(clean) > columns else { return clean }
        var kept = String.UnicodeScalarView()
        var used = 0
        for scalar in clean.unicodeScalars {
            let width = of(scalar)
            if used + width > columns - 1 {
                if scalar != " " { while let last = kept.last, isOfNumber(last) { kept.removeLast() } }
                break
            }
            kept.append(scalar)
            used += width
        }
        kept.append(ellipsis)
        return String(kept)
    }

    private static func isOfNumber(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) || scalar == "." }

    /// `wcwidth`, which the headers show only to programs that ask for the X/Open interfaces.
    private static let columns: @convention(c) (wchar_t) -> Int32 = {
        // It knows characters in such a locale only.
        if String(cString: nl_langinfo(nl_item(CODESET))) != "UTF-8" { setlocale(LC_CTYPE, "C.UTF-8") }
        return unsafeBitCast(dlsym(nil, "wcwidth"), to: (@convention(c) (wchar_t) -> Int32).self)
    }()

    /// Letters that join their neighbours, and characters whose width is another one in another version of Unicode.
    private static let unsettled: [ClosedRange<UInt32>] = [
        0x0D4E...0x0D4E, 0x0E33...0x0E33, 0x0EB3...0x0EB3, 0x1100...0x115F, 0x2630...0x2637, 0x268A...0x268F,
        0x3248...0x324F, 0xA960...0xA97C, 0xFF9E...0xFF9F, 0x111C2...0x111C3, 0x1193F...0x11941, 0x11A84...0x11A89,
        0x11D46...0x11D46, 0x1D300...0x1D356, 0x1D360...0x1D376,
    ]
}
