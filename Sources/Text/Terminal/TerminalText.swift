/// Text for people to read: in a terminal, a log or a status line.
///
/// There is one rule. A hazardous character is shown as `\u{1b}`, its number in hexadecimal digits, and a byte that is
/// not UTF-8 as `\xFF`, two hexadecimal digits. Everything else is shown unchanged, `%` and backslash included, so
/// applying the rule twice changes nothing. Names have one more rule, see `name`.
package enum TerminalText {
    /// `text` on one line, with hazardous characters escaped.
    package static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: \.isHazardous) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars { append(scalar, to: &shown) }
        return shown
    }

    /// Like `visible`, but keeps tabs, for a line of a document, which is to look as it stands there.
    package static func visibleLine(_ text: String) -> String { visible(text, keeping: ["\t"]) }

    /// Like `visible`, but keeps line feeds and tabs, for `text` of several lines.
    ///
    /// Use it for our own text with lines, such as help, and for whole documents; other text goes through `visible`.
    package static func visibleLines(_ text: String) -> String { visible(text, keeping: ["\n", "\t"]) }

    private static func visible(_ text: String, keeping kept: Set<Unicode.Scalar>) -> String {
        guard text.unicodeScalars.contains(where: { $0.isHazardous && !kept.contains($0) }) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if kept.contains(scalar) {
                shown.unicodeScalars.append(scalar)
            } else {
                append(scalar, to: &shown)
            }
        }
        return shown
    }

    /// `text` for a message that quotes it: like `visible`, but shortened with an ellipsis to at most `limit`
    /// characters.
    package static func excerpt(_ text: String, limit: Int = 64) -> String {
        var shown = ""
        var room = limit
        for scalar in text.unicodeScalars {
            var next = ""
            append(scalar, to: &next)
            room -= next.unicodeScalars.count
            guard room >= 0 else { return shown + "…" }
            shown += next
        }
        return shown
    }

    /// The bytes of a name, such as a file name, as text that can be converted back.
    ///
    /// Like `visible`, but a backslash that looks like the start of an escape becomes `\u{5c}`, so no two names look
    /// the same. Nearly all names need no escape; they stay as they are, and a program can open them.
    package static func name(_ bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        let isASCII = bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        if isASCII { return String(decoding: bytes, as: UTF8.self) }
        var shown = ""
        var offset = 0
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        while true {
            switch parser.parseScalar(from: &rest) {
            case .emptyInput: return shown
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                if scalar == "\\", beginsEscape(bytes[(offset + 1)...]) {
                    shown += escape(scalar)
                } else {
                    append(scalar, to: &shown)
                }
                offset += encoded.count
            case .error(let length):
                for byte in bytes[offset..<offset + length] {
                    shown += "\\x" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                }
                offset += length
            }
        }
    }

    /// The bytes of a name as `name` shows it; a backslash that begins no escape stands for itself.
    package static func bytes(ofName shown: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(shown.utf8)[...]
        while let byte = rest.first {
            rest.removeFirst()
            guard byte == UInt8(ascii: "\\"), let (escaped, length) = escaped(rest) else {
                bytes.append(byte)
                continue
            }
            bytes += escaped
            rest.removeFirst(length)
        }
        return bytes
    }

    /// What an escape without its backslash stands for, and its length.
    private static func escaped(_ rest: ArraySlice<UInt8>) -> ([UInt8], Int)? {
        func number(_ digits: ArraySlice<UInt8>) -> UInt32? {
            let text = String(decoding: digits, as: UTF8.self)
            return text.allSatisfy(\.isHexDigit) ? UInt32(text, radix: 16) : nil
        }
        if rest.first == UInt8(ascii: "x"), rest.count >= 3 {
            return number(rest.dropFirst().prefix(2)).map { ([UInt8($0)], 3) }
        }
        guard rest.starts(with: Array("u{".utf8)), let end = rest.firstIndex(of: UInt8(ascii: "}")),
            let scalar = number(rest[(rest.startIndex + 2)..<end]).flatMap({ Unicode.Scalar($0) })
        else { return nil }
        return (Array(String(Character(scalar)).utf8), end + 1 - rest.startIndex)
    }

    private static func append(_ scalar: Unicode.Scalar, to shown: inout String) {
        if scalar.isHazardous { shown += escape(scalar) } else { shown.unicodeScalars.append(scalar) }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        "\\u{" + String(scalar.value, radix: 16) + "}"
    }

    /// Whether the text after a backslash makes it look like one of our escapes.
    private static func beginsEscape(_ rest: ArraySlice<UInt8>) -> Bool {
        rest.starts(with: Array("u{".utf8)) || rest.first == UInt8(ascii: "x")
    }
}

extension Unicode.Scalar {
    /// Whether the character can mislead a reader of a terminal or a log, and so must be escaped.
    ///
    /// These are the controls C0, DEL and C1, which move cursors and set titles; line separators, which forge log
    /// lines; direction controls, which show one name as another (Trojan Source, CVE-2021-42574); interlinear
    /// annotations, deprecated format characters and tags, which hide text. Joiners, variation selectors and soft
    /// hyphens are not among them: many languages and emoji need them.
    package var isHazardous: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x61C, 0x180E, 0x200B, 0x200E...0x200F, 0x2060...0x2064, 0x202A...0x202E, 0x2066...0x2069: true
        case 0x2028...0x2029, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xFFFE...0xFFFF, 0xE0000...0xE007F: true
        default: false
        }
    }
}
