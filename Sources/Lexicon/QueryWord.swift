/// A word of a query and the terms that find it.
package struct QueryWord: Sendable, Hashable {
    /// The term that every text with the same word has: the stem, or the whole of an identifier.
    package let primary: [UInt8]
    /// Terms of the accent-free spelling and of parts, for texts without the primary one.
    package let alternatives: [[UInt8]]
    /// Where the word lies in the bytes of the query.
    package let range: Range<Int>

    package init(primary: [UInt8], alternatives: [[UInt8]], range: Range<Int>) {
        self.primary = primary
        self.alternatives = alternatives
        self.range = range
    }
}
