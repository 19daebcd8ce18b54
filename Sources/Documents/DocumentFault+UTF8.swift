package import Identity
import Text

extension DocumentFault {
    /// Returns the fault of the first invalid byte; nil when `bytes` are valid UTF-8.
    ///
    /// The message counts bytes from `base`, the offset of `bytes` in the file.
    package static func notUTF8(in bytes: [UInt8], base: Int = 0, firstLine: Int = 1) -> DocumentFault? {
        guard let place = UTF8Text.firstInvalid(bytes) else { return nil }
        let line = bytes[..<place].count { $0 == UInt8(ascii: "\n") } + firstLine
        return notUTF8(bytes[place], at: base + place, line: line, beginning: bytes)
    }

    /// The fault of one byte; the first bytes of the text, `beginning`, determine the advice.
    package static func notUTF8(_ byte: UInt8, at offset: Int, line: Int, beginning: [UInt8]) -> DocumentFault {
        DocumentFault(
            .notUTF8, "byte \(offset) (0x\(String(byte, radix: 16, uppercase: true)), line \(line)) is not valid UTF-8",
            hint: hintForUTF8(beginning), byteOffset: offset, line: line)
    }

    private static func hintForUTF8(_ bytes: [UInt8]) -> String {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return "it looks like UTF-16: convert it with 'iconv -f UTF-16 -t UTF-8' and drop the result"
        }
        if bytes.prefix(4096).contains(0) {
            return "it looks like a binary file: convert it to text"
        }
        return
            "convert it, for example with 'iconv -f ISO-8859-1 -t UTF-8', and drop the result"
    }
}
