import Encoding

extension PreparedDocument {
    /// About the memory that the document takes until it is committed: text, tokens, vectors.
    func charge(dimension: Int) -> Int {
        text.count + tokenCount * 4 + passages.count * (dimension * 4 + 200)
    }
}
