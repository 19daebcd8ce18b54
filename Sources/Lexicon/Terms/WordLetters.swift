import Text

/// The characters of a word in their decomposed form, which its terms are made of.
struct WordLetters {
    let table = WordPropertyTable.shared
    private(set) var scalars: [UInt32] = []
    private(set) var properties: [WordProperties] = []
    private var composition = Composition()
    /// Whether the characters that were folded last had accents, strokes or ligatures, or would have had them.
    private(set) var isAccented = false

    /// The number of characters.
    var count: Int { scalars.count }

    /// Takes the characters of a text: decomposed, marks in canonical order, without those that have no shape.
    mutating func read(_ text: Span<UInt8>) {
        scalars.removeAll(keepingCapacity: true)
        properties.removeAll(keepingCapacity: true)
        var position = 0
        while position < text.count {
            let (scalar, length) = text.decodeScalar(at: position)
            position += length
            let decomposition = scalar >= 0x80 && table[scalar].changes ? table.decomposition(of: scalar) : []
            if decomposition.isEmpty {
                append(scalar)
            } else {
                for part in decomposition { append(part) }
            }
        }
    }

    private mutating func append(_ scalar: UInt32) {
        let scalar = scalar < 0x80 ? scalar : SpellingVariants.plain(scalar) ?? scalar
        let properties = table[scalar]
        guard !properties.isIgnorable else { return }
        var position = scalars.count
        // A mark moves before marks of a higher class; the word is short, see TermLength.
        if properties.combiningClass > 0 {
            while position > 0, self.properties[position - 1].combiningClass > properties.combiningClass {
                position -= 1
            }
        }
        scalars.insert(scalar, at: position)
        self.properties.insert(properties, at: position)
    }

    /// What a term leaves out of the characters that it is made of.
    struct Omissions: OptionSet {
        let rawValue: UInt8

        /// Accents, strokes and ligatures.
        static let accents = Omissions(rawValue: 1)
        /// What connects parts.
        static let connectors = Omissions(rawValue: 2)
    }

    /// Writes the case-folded and composed form of some characters in UTF-8; nothing when all are left out.
    mutating func fold(_ range: Range<Int>, omitting omissions: Omissions = [], into term: inout [UInt8]) {
        composition.removeAll()
        isAccented = false
        for position in range {
            if properties[position].isAccent {
                isAccented = true
                if omissions.contains(.accents) { continue }
            }
            if omissions.contains(.connectors), isConnector(position) { continue }
            let character = scalars[position]
            if character < 0x80 {
                composition.append(properties[position].isUppercase ? character | 0x20 : character, table)
                continue
            }
            let folding = properties[position].changes ? table.caseFolding(of: character) : []
            if folding.isEmpty { append(character, omissions) }
            for scalar in folding { append(scalar, omissions) }
        }
        composition.write(into: &term)
    }

    private mutating func append(_ scalar: UInt32, _ omissions: Omissions) {
        let letters = SpellingVariants.strokeless(scalar)
        if !letters.isEmpty { isAccented = true }
        guard omissions.contains(.accents), !letters.isEmpty else {
            composition.append(scalar, table)
            return
        }
        for letter in letters { composition.append(letter, table) }
    }
}
