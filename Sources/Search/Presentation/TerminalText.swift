/// Text as a terminal may be shown it: no control characters, and of known width.
package enum TerminalText {
    /// `text` with control characters as visible escapes, so that a document cannot move the cursor or change the title.
    ///
    /// Besides the C0 and C1 controls this concerns the characters that reverse the direction of what follows (Trojan Source,
    /// CVE-2021-42574).
    package static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHazardous) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isHazardous(scalar) {
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// How many columns a terminal takes for `text`.
    package static func width(of text: some StringProtocol) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
    }

    private static func isHazardous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028...0x2029: true
        default: false
        }
    }

    // Wide ranges from Unicode's EastAsianWidth.txt (W and F), joined where only unassigned code points lie between.
    private static func width(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x20..<0x300: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF,
            0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: return 0
            default: return 1
            }
        }
    }
}
