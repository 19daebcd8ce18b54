/// Takes a glob apart into the names that it describes.
struct GlobParser {
    private let pattern: [UInt8]
    private var position = 0
    private var names: [GlobName] = []
    private var elements: [GlobName.Element] = []
    /// How many stars the name consists of so far; nil when there is something else in it.
    private var stars: Int? = 0

    private init(_ pattern: ArraySlice<UInt8>) {
        self.pattern = Array(pattern)
    }

    /// The names, `**` among them; nil when the pattern can match nothing.
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
                // A bracket that is never closed stands for itself, as in the shell; git matches nothing then.
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
        /// It names a class that does not exist.
        case nothing
    }

    /// Reads what follows a `[`. Rules and oddities are those of git's `wildmatch.c`.
    private mutating func bracket() -> Bracket {
        let start = position
        var set = ByteSet()
        let isNegated = peek() == UInt8(ascii: "!") || peek() == UInt8(ascii: "^")
        if isNegated { position += 1 }
        // A `]` in the first place is a member.
        var isFirst = true
        // The member before, which may turn out to begin a range.
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

    /// What follows the `-` of a range; nil when it is the end of the bracket, so that `-` stands for itself.
    private mutating func endOfRange() -> UInt8? {
        guard peek() != UInt8(ascii: "]"), let byte = next() else { return nil }
        return byte == UInt8(ascii: "\\") ? next() : byte
    }

    /// The name of the class that `[:` begins here; nil when none does.
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
