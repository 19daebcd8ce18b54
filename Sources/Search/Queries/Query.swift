/// What somebody wants to find.
package struct Query: Sendable, Equatable {
    /// The name by which a file of queries knows it; nil for one that was typed.
    package let id: String?
    package let text: String

    package init(id: String? = nil, text: String) {
        self.id = id
        self.text = text
    }

    /// What hits call it: its id, else its text.
    package var label: String { id ?? text }
}
