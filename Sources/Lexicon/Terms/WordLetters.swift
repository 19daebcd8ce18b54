import Text

/// The characters of a word in their decomposed form, which its terms are made of.
struct WordLetters {
    private let table = WordPropertyTable.shared
    private(set) var scalars: [UInt32] = []
    private(set) var properties: [WordProperties] = []

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
            let decomposition = table[scalar].changes ? table.decomposition(of: scalar) : []
            if decomposition.isEmpty {
                append(scalar)
            } else {
                for part in decomposition { append(part) }
            }
        }
    }

    private mutating func append(_ scalar: UInt32) {
        let scalar = SpellingVariants.plain(scalar) ?? scalar
        let properties = table[scalar]
        guard properties.kind != .ignorable else { return }
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

    /// The case-folded and composed form of some characters, in UTF-8.
    ///
    /// - Parameters:
    ///   - range: The positions of the characters.
    ///   - isAccentFree: Whether accents, strokes and ligatures are left out.
    /// - Returns: The bytes, which are empty when nothing remains.
    func folded(_ range: some Collection<Int>, isAccentFree: Bool) -> [UInt8] {
        var composed: [UInt32] = []
        var starter: Int?
        var lastClass: UInt8 = 0
        func add(_ scalar: UInt32) {
            let combiningClass = table[scalar].combiningClass
            // The rule D117 of Unicode: nothing of the same or a higher class may stand between the two.
            if let starter, starter == composed.count - 1 || lastClass < combiningClass,
                let composite = table.composite(of: composed[starter], scalar)
            {
                composed[starter] = composite
                return
            }
            if combiningClass == 0 { starter = composed.count }
            lastClass = combiningClass
            composed.append(scalar)
        }
        for position in range {
            if isAccentFree, properties[position].kind == .accent { continue }
            let folding = properties[position].changes ? table.caseFolding(of: scalars[position]) : []
            for scalar in folding.isEmpty ? [scalars[position]] : folding {
                let plain = isAccentFree ? SpellingVariants.strokeless(scalar) : []
                if plain.isEmpty { add(scalar) } else { for letter in plain { add(letter) } }
            }
        }
        var bytes: [UInt8] = []
        for scalar in composed {
            if let scalar = Unicode.Scalar(scalar) { bytes.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
        }
        return bytes
    }
}
