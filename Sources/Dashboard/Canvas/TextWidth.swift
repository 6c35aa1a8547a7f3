/// How many columns text takes in a terminal, and which of its characters may reach one.
///
/// Widths are those of glibc's `wcwidth`, which ncurses counts with. What has no width of its own (marks, joiners,
/// variation selectors, bidirectional controls) and what a terminal would obey (control characters) is never shown:
/// sequences of them are the one thing on which libraries and terminals disagree about the width of a row.
package enum TextWidth {
    /// Columns: 1 or 2; 0 for what is left out.
    package static func of(_ scalar: Unicode.Scalar) -> Int {
        let code = scalar.value
        if code < 0x7F { return code < 0x20 ? 0 : 1 }
        if code < 0x300 { return code < 0xA0 || code == 0xAD ? 0 : 1 }
        // The program's own glyphs: arrows, mathematics, box drawing, blocks, braille.
        if (0x2190...0x22FF).contains(code) || (0x2500...0x25FC).contains(code) || (0x2800...0x28FF).contains(code) {
            return 1
        }
        if (0x1160...0x11FF).contains(code) { return 0 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .surrogate, .privateUse, .unassigned,
            .lineSeparator, .paragraphSeparator, .spacingMark:
            return 0
        default: return isWide(code) ? 2 : 1
        }
    }

    /// Columns that `text` takes once what cannot be shown is left out.
    package static func of(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + of($1) }
    }

    /// `text` without anything a terminal would obey or that has no width; tabs and line ends become blanks.
    /// At most `limit` characters are looked at, so that a flood costs no more than a sentence.
    package static func sanitized(_ text: String, limit: Int = 4096) -> String {
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit) {
            if scalar == "\t" || scalar == "\n" || scalar == "\r" {
                clean.append(" ")
            } else if of(scalar) > 0 {
                clean.append(scalar)
            }
        }
        return String(clean)
    }

    /// `text` cut to `columns`, with an ellipsis where something was cut off. Sanitized.
    package static func truncated(_ text: String, to columns: Int, ellipsis: Unicode.Scalar = "…") -> String {
        guard columns > 0 else { return "" }
        let clean = sanitized(text, limit: columns * 8 + 64)
        guard of(clean) > columns else { return clean }
        var kept = String.UnicodeScalarView()
        var used = 0
        for scalar in clean.unicodeScalars {
            let width = of(scalar)
            if used + width > columns - 1 { break }
            kept.append(scalar)
            used += width
        }
        kept.append(ellipsis)
        return String(kept)
    }

    private static func isWide(_ code: UInt32) -> Bool {
        guard code >= wide[0].lowerBound else { return false }
        var low = 0
        var high = wide.count - 1
        while low <= high {
            let middle = (low + high) / 2
            if code < wide[middle].lowerBound {
                high = middle - 1
            } else if code > wide[middle].upperBound {
                low = middle + 1
            } else {
                return true
            }
        }
        return false
    }

    /// Where glibc 2.36 says 2, Unicode 14.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0, 0x23F3...0x23F3,
        0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F, 0x2693...0x2693, 0x26A1...0x26A1,
        0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA,
        0x26F2...0x26F3, 0x26F5...0x26F5, 0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B,
        0x2728...0x2728, 0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
        0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55, 0x2E80...0x3029,
        0x302E...0x303E, 0x3041...0x3096, 0x309B...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAD9,
        0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x16FE3, 0x16FF0...0x18D08,
        0x1AFF0...0x1B2FB, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E, 0x1F191...0x1F19A,
        0x1F200...0x1F320, 0x1F32D...0x1F335, 0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA,
        0x1F3CF...0x1F3D3, 0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440,
        0x1F442...0x1F4FC, 0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567, 0x1F57A...0x1F57A,
        0x1F595...0x1F596, 0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC,
        0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6DF, 0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7F0,
        0x1F90C...0x1F93A, 0x1F93C...0x1F945, 0x1F947...0x1F9FF, 0x1FA70...0x1FAF6, 0x20000...0x2EBE0,
        0x2F800...0x3134A,
    ]
}
