/// Splits a glob into the parts that match one name each.
struct GlobParser {
    private let pattern: [UInt8]
    private var position = 0
    private var names: [GlobName] = []
    private var elements: [GlobName.Element] = []
    /// The number of stars in the name so far; nil when it contains anything else.
    private var stars: Int? = 0

    private init(_ pattern: ArraySlice<UInt8>) {
        self.pattern = Array(pattern)
    }

    /// The parts, `**` among them; nil when the pattern can match nothing.
    static func names(of pattern: ArraySlice<UInt8>) -> [GlobName]? {
        var parser = GlobParser(pattern)
        return parser.parse() ? parser.names : nil
    }

    private mutating func parse() -> Bool {
        while let byte = next() {
            switch byte {
            case UInt8(ascii: "/"): endName()
            case UInt8(ascii: "*"):
                stars = stars.map { $0 + 1 }
                if elements.last != .star { elements.append(.star) }
            case UInt8(ascii: "?"): add(.any)
            case UInt8(ascii: "["):
                switch bracket() {
                case .set(let set): add(.set(set))
                // An unclosed bracket matches itself, as in the shell; in git it matches nothing.
                case .unclosed: add(.byte(byte))
                case .nothing: return false
                }
            case UInt8(ascii: "\\"):
                guard let escaped = next() else { return false }
                if escaped == UInt8(ascii: "/") { endName() } else { add(.byte(escaped)) }
            default: add(.byte(byte))
            }
        }
        endName()
        return true
    }

    private mutating func add(_ element: GlobName.Element) {
        stars = nil
        elements.append(element)
    }

    private mutating func endName() {
        names.append((stars ?? 0) > 1 ? .anyFolders : .one(elements))
        elements = []
        stars = 0
    }

    private enum Bracket {
        case set(ByteSet)
        case unclosed
        /// The bracket names a class that does not exist.
        case nothing
    }

    /// Reads the rest of a bracket after its `[`.
    ///
    /// It follows git's `wildmatch.c`, oddities included.
    private mutating func bracket() -> Bracket {
        let start = position
        var set = ByteSet()
        let isNegated = peek() == UInt8(ascii: "!") || peek() == UInt8(ascii: "^")
        if isNegated { position += 1 }
        // A `]` in the first position is a member.
        var isFirst = true
        // The previous member, which may turn out to begin a range.
        var low: UInt8?
        while let byte = next() {
            if byte == UInt8(ascii: "]"), !isFirst { return .set(isNegated ? set.complement : set) }
            isFirst = false
            if byte == UInt8(ascii: "-"), let first = low, let last = endOfRange() {
                if first <= last { set.insert(first...last) }
                low = nil
            } else if byte == UInt8(ascii: "["), let name = className() {
                guard let named = ByteSet(class: name) else { return .nothing }
                set.formUnion(named)
                low = nil
            } else {
                guard let member = byte == UInt8(ascii: "\\") ? next() : byte else { break }
                set[member] = true
                low = member
            }
        }
        position = start
        return .unclosed
    }

    /// The byte after the `-` of a range; nil when the bracket ends there and `-` matches itself.
    private mutating func endOfRange() -> UInt8? {
        guard peek() != UInt8(ascii: "]"), let byte = next() else { return nil }
        return byte == UInt8(ascii: "\\") ? next() : byte
    }

    /// The name of the class that begins here with `[:`; nil when there is none.
    private mutating func className() -> ArraySlice<UInt8>? {
        guard peek() == UInt8(ascii: ":") else { return nil }
        let start = position + 1
        guard let end = pattern[start...].firstIndex(of: UInt8(ascii: "]")), end > start,
            pattern[end - 1] == UInt8(ascii: ":")
        else { return nil }
        position = end + 1
        return pattern[start..<end - 1]
    }

    private func peek() -> UInt8? { position < pattern.count ? pattern[position] : nil }

    private mutating func next() -> UInt8? {
        guard let byte = peek() else { return nil }
        position += 1
        return byte
    }
}
