/// A token that is looked for in the raw text, before anything is normalized: `[SEP]`, `[MASK]` and the like.
package struct AddedToken: Sendable, Hashable {
    /// The exact bytes to find.
    package let content: [UInt8]
    package let id: Int32

    package init(content: [UInt8], id: Int32) {
        self.content = content
        self.id = id
    }
}
