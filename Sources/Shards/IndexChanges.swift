/// What one commit is to change.
///
/// A new document takes the place of an older one of the same identifier by itself, in the same generation.
package struct IndexChanges: Sendable {
    /// A path whose file was read anew: what was taken from it under other claims dies.
    ///
    /// So objects that a `.jsonl` file no longer holds go when its new version comes.
    package struct Replacement: Sendable, Hashable {
        /// The path in the inbox.
        package let path: [UInt8]
        /// Documents of this claim stay.
        package let claim: String

        package init(path: [UInt8], claim: String) {
            self.path = path
            self.claim = claim
        }
    }

    /// Shards that were written to the index directory, in row order.
    package var shards: [ShardReceipt]
    package var replacements: [Replacement]
    /// Documents to delete; unknown ones are ignored.
    package var removals: [DocumentIdentifier]
    /// Vector components that fell outside the ranges.
    package var clippedValues: Int
    /// Vector components that were quantized.
    package var quantizedValues: Int

    package init(
        shards: [ShardReceipt] = [], replacements: [Replacement] = [], removals: [DocumentIdentifier] = [],
        clippedValues: Int = 0, quantizedValues: Int = 0
    ) {
        self.shards = shards
        self.replacements = replacements
        self.removals = removals
        self.clippedValues = clippedValues
        self.quantizedValues = quantizedValues
    }

    /// Whether there is nothing to commit.
    package var isEmpty: Bool { shards.isEmpty && replacements.isEmpty && removals.isEmpty }
}
