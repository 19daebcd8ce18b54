/// Questions about UTF-8 bytes: where they are invalid, where a character ends, whether they are blank.
package enum UTF8Text {
    /// The position of the first invalid byte; nil when all are valid.
    ///
    /// All bytes from outside are checked here.
    package static func firstInvalid(_ bytes: [UInt8]) -> Int? {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    /// The start of a last character that may continue beyond the end; the end when there is none.
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

    /// The length of a UTF-8 byte order mark at the beginning, which is not part of the text.
    package static func markLength(_ bytes: [UInt8]) -> Int { bytes.starts(with: mark) ? mark.count : 0 }

    /// Whether the bytes are the beginning of a byte order mark, or none, so that the next ones decide.
    package static func mayBecomeMark(_ bytes: [UInt8]) -> Bool { bytes.count < mark.count && mark.starts(with: bytes) }

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Whether there is only ASCII white space and zero bytes; other white space counts as text.
    package static func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { $0.isASCIISpace || $0 == 0 }
    }

    /// The text without the ASCII white space around it.
    package static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        guard let first = bytes.firstIndex(where: { !$0.isASCIISpace }),
            let last = bytes.lastIndex(where: { !$0.isASCIISpace })
        else { return [] }
        return first == 0 && last == bytes.count - 1 ? bytes : Array(bytes[first...last])
    }
}
