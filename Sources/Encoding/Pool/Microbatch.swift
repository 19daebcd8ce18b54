/// What one worker computes in one go: sequences of one or more requests, packed one after another.
struct Microbatch: Sendable {
    /// A sequence and where its vector belongs.
    struct Item: Sendable {
        let request: Int
        let index: Int
        let tokens: ArraySlice<Int32>
    }

    var items: [Item] = []
    /// Tokens of all items.
    var tokens = 0
}
