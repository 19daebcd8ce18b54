/// UTF-8 as bytes: where it is not valid, where a character ends, what is blank.
package enum UTF8Text {
    /// The position of the first byte that is not valid; nil when all are.
    package static func firstInvalid(_ bytes: [UInt8]) -> Int? {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    /// Where the last character begins that may go on beyond the end; the end when none does.
    package static func endOfWholeCharacters(_ bytes: ArraySlice<UInt8>) -> Int {
        var position = bytes.endIndex
        for length in 1...3 where position > bytes.startIndex {
            position -= 1
            let byte = bytes[position]
            if byte & 0xC0 == 0x80 { continue }
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return needed > length ? position : bytes.endIndex
        }
        return bytes.endIndex
    }

    /// The length of a UTF-8 byte order mark at the beginning, which is not text.
    package static func markLength(_ bytes: [UInt8]) -> Int {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    package static func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool {
        // ASCII white space and zero bytes; other white space is text to people who drop it.
        bytes.allSatisfy { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) || $0 == 0 }
    }

    package static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return first == 0 && last == bytes.count - 1 ? bytes : Array(bytes[first...last])
    }
}
