import Text

/// The action for each code point under given `NormalizerOptions`, which combines four stages and the split into words.
///
/// The stages of the reference (clean, isolate ideographs, strip accents, lower-case, then split at white space and
/// punctuation) process code points one by one, except for the canonical order of marks, which `PendingWord` keeps.
struct CodePointActions: Sendable {
    /// The lower three bits of an action, and bits 21 and 22 of a folded scalar.
    enum Kind {
        static let word: UInt32 = 0
        static let punctuation: UInt32 = 1
        static let space: UInt32 = 2
        static let removed: UInt32 = 3
        static let ideograph: UInt32 = 4
        static let mark: UInt32 = 5
        static let hangul: UInt32 = 6
    }

    private let pages: [UInt8]
    /// Per code point: kind in bits 0 to 2, combining class in bits 8 to 15, number of the fold plus one from bit 16.
    private let actions: [UInt32]
    /// The start of each fold in `scalars`, and one more entry.
    private let starts: [UInt16]
    /// Scalar in bits 0 to 20, kind from bit 21, combining class from bit 24.
    private let scalars: [UInt32]

    init(_ options: NormalizerOptions) {
        let properties = CodePointProperties.shared
        let strips = options.stripsAccents ?? options.lowercases
        pages = properties.pages

        var starts: [UInt16] = [0]
        var scalars: [UInt32] = []
        var changes: [Bool] = []
        starts.reserveCapacity(properties.folded.count + 1)
        changes.reserveCapacity(properties.folded.count)
        for (fold, codePoint) in properties.folded.enumerated() {
            var isChanged = false
            let first = scalars.count
            func append(_ scalar: UInt32) {
                let entry = properties.entry(scalar)
                let lower = options.lowercases && entry >> 16 > 0 ? properties.lowercase[Int(entry >> 16) - 1] : []
                for final in lower.isEmpty ? [scalar] : lower {
                    let entry = properties.entry(final)
                    let combiningClass = strips ? entry >> 8 & 0xFF : 0
                    scalars.append(final | Self.splitKind(entry) << 21 | combiningClass << 24)
                }
                isChanged = isChanged || !lower.isEmpty
            }
            let decomposition = strips ? properties.decompositions[fold] : []
            if decomposition.isEmpty {
                append(codePoint)
            } else {
                isChanged = true
                for scalar in decomposition { append(scalar) }
            }
            if !isChanged { scalars.removeSubrange(first...) }
            changes.append(isChanged)
            starts.append(UInt16(scalars.count))
        }
        self.starts = starts
        self.scalars = scalars

        actions = properties.blocks.map { entry in
            var kind = Self.splitKind(entry)
            if options.cleansText, entry & CodePointProperties.removed != 0 {
                kind = Kind.removed
            } else if options.cleansText, entry & CodePointProperties.space != 0 {
                kind = Kind.space
            } else if options.isolatesIdeographs, entry & CodePointProperties.ideograph != 0 {
                kind = Kind.ideograph
            } else if strips, entry & CodePointProperties.nonspacingMark != 0 {
                kind = Kind.mark
            }
            let fold = Int(entry >> 16)
            let isFolded = fold > 0 && changes[fold - 1]
            return kind | (strips ? entry & 0xFF00 : 0) | (isFolded ? entry & 0xFFFF_0000 : 0)
        }
        decomposesHangul = strips
    }

    private let decomposesHangul: Bool

    /// The action for a code point below 0x110000.
    @inline(__always)
    subscript(codePoint: UInt32) -> UInt32 {
        if decomposesHangul, codePoint &- 0xAC00 < 11_172 { return Kind.hangul }
        let page = Int(pages[Int(codePoint &>> 7)])
        return actions[page &<< 7 | Int(codePoint & 127)]
    }

    /// The range in `foldedScalar` of an action's fold; empty when it has none.
    @inline(__always)
    func fold(of action: UInt32) -> Range<Int> {
        let fold = Int(action &>> 16)
        guard fold > 0 else { return 0..<0 }
        return Int(starts[fold - 1])..<Int(starts[fold])
    }

    /// One scalar of a fold: scalar in bits 0 to 20, kind from bit 21, combining class from bit 24.
    @inline(__always)
    func foldedScalar(_ position: Int) -> UInt32 {
        scalars[position]
    }

    private static func splitKind(_ entry: UInt32) -> UInt32 {
        if entry & CodePointProperties.punctuation != 0 { return Kind.punctuation }
        return entry & CodePointProperties.whiteSpace != 0 ? Kind.space : Kind.word
    }
}
