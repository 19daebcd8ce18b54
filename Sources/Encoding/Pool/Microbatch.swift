/// What one worker computes in one go: sequences of one or more requests, packed one after another.
package struct Microbatch: Sendable {
    /// A sequence and where its vector belongs.
    package struct Item: Sendable {
        package let request: Int
        package let index: Int
        package let tokens: ArraySlice<Int32>
    }

    package var items: [Item] = []
    /// Tokens of all items.
    package var tokens = 0
}
