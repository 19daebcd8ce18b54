/// A piece of a text that becomes one word of the index.
struct ScannedWord {
    /// What the terms of the piece are made of.
    enum Form {
        /// One or two characters of a script without spaces, which are a term as they are.
        case plainCharacters
        /// Such characters with marks, or in another form of the same.
        case characters
        /// A word or a compound.
        case word
    }

    let range: Range<Int>
    let form: Form
}
