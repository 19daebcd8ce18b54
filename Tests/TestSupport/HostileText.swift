/// Texts that mislead a reader who sees them unescaped, and a check that output is safe.
///
/// The check is an independent implementation on bytes and scalars, so it cannot share a mistake with the code under
/// test.
package enum HostileText {
    /// Each sample is hostile in its own way.
    package static let samples = [
        "clear \u{1B}[2J screen", "title \u{1B}]0;owned\u{7} bell", "back\u{8}space", "carriage\rreturn",
        "line\nfeed forged: ok",
        "tab\tand \u{B}\u{C}", "zero \u{0} byte", "delete \u{7F}", "c1 \u{9B}31m red", "next line \u{85} here",
        "abc\u{202E}txt.exe", "mark \u{200E}\u{200F}\u{61C}", "isolate \u{2066}\u{2067}\u{2068}\u{2069}",
        "embed \u{202A}\u{202B}\u{202C}\u{202D}", "separators \u{2028}\u{2029}", "notes \u{FFF9}a\u{FFFA}b\u{FFFB}",
        "shaping \u{206A}\u{206F}", "tags \u{E0001}\u{E0041}", "quotes \"'\\ \\u{1b} \\xFF %1B", "e\u{301} 日本 🚀 plain",
    ]

    /// Bytes that contain invalid UTF-8, as names on Linux can.
    package static let names: [[UInt8]] =
        samples.map { Array($0.utf8).filter { $0 != 0 && $0 != UInt8(ascii: "/") } }
        + [
            [0xFF, 0x61], [0x61, 0x9B, 0x33], [0xC3], [0xE2, 0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80],
            [0xF0, 0x9F, 0x1B],
        ]

    /// The hostile characters in an output; empty for a safe one.
    ///
    /// `allowed` are the controls that the output may contain, such as line feeds.
    package static func faults(in output: some Sequence<UInt8>, allowed: Set<UInt8> = [0x0A, 0x09]) -> [String] {
        let bytes = Array(output)
        var faults = bytes.filter { ($0 < 0x20 || $0 == 0x7F) && !allowed.contains($0) }.map { "byte \($0)" }
        guard let text = String(validating: bytes, as: UTF8.self) else { return faults + ["it is not UTF-8"] }
        let forbidden: Set<UInt32> = Set(0x80...0x9F).union([0x61C, 0x200E, 0x200F, 0x2028, 0x2029])
            .union(0x202A...0x202E).union(0x2066...0x206F).union(0xFFF9...0xFFFB).union(0xE0000...0xE007F)
        faults += text.unicodeScalars.filter { forbidden.contains($0.value) }.map { "U+" + String($0.value, radix: 16) }
        return faults
    }
}
