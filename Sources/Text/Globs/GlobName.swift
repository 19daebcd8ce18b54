/// The part of a glob that matches one name of a path.
enum GlobName: Sendable, Equatable {
    enum Element: Sendable, Equatable {
        case byte(UInt8)
        /// `?`: any byte.
        case any
        /// `[…]`: a byte of a set.
        case set(ByteSet)
        /// `*`: any number of bytes.
        case star
    }

    /// `**`: any number of names.
    case anyFolders
    /// One name, made of these elements.
    case one([Element])

    /// Whether this part matches a name; `**` matches every name.
    func matches(_ name: ArraySlice<UInt8>) -> Bool {
        guard case .one(let elements) = self else { return true }
        return elements.matches(name, isStar: { $0 == .star }) { element, byte in
            switch element {
            case .byte(let expected): byte == expected
            case .any: true
            case .set(let set): set[byte]
            case .star: false
            }
        }
    }
}

extension Array {
    /// Whether a pattern of these elements matches all of `text`.
    ///
    /// Each element matches one item of the text, and a star matches any number. On a mismatch only the last star takes
    /// one more item. This suffices because everything before that star already has its earliest match. So a match
    /// costs at most the length of the pattern times that of the text.
    func matches<Text: RandomAccessCollection>(
        _ text: Text, isStar: (Element) -> Bool, matchesOne: (Element, Text.Element) -> Bool
    ) -> Bool where Text.Index == Int {
        var next = startIndex
        var position = text.startIndex
        var star: (next: Int, position: Int)?
        while position < text.endIndex {
            if next < endIndex, isStar(self[next]) {
                next += 1
                star = (next, position)
            } else if next < endIndex, matchesOne(self[next], text[position]) {
                next += 1
                position += 1
            } else if let last = star {
                star = (last.next, last.position + 1)
                next = last.next
                position = last.position + 1
            } else {
                return false
            }
        }
        return self[next...].allSatisfy(isStar)
    }
}
