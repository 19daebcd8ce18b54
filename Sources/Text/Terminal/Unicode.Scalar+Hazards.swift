extension Unicode.Scalar {
    /// Whether the character can disturb whoever reads it in a terminal or a log, so that it is shown as an escape.
    ///
    /// These are the controls C0, DEL and C1, which move cursors and set titles; separators of lines, which forge lines of a
    /// log; controls of direction, which show a name as another one (Trojan Source, CVE-2021-42574); interlinear
    /// annotations, deprecated format characters and tags, which hide text. Joiners, variation selectors and soft hyphens are
    /// not among them: words of many languages and emoji are written with them.
    package var isHazardous: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x61C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        case 0x2028...0x2029, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xFFFE...0xFFFF, 0xE0000...0xE007F: true
        default: false
        }
    }
}
