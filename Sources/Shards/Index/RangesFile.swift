package import Platform

/// The ranges that an index is created with, as files.
package struct RangesFile: Sendable, Equatable {
    /// Canonical NumPy bytes of a float32 array of shape (2, dimension).
    package let array: [UInt8]
    /// JSON text that says where they come from: model, number of passages, margin, date.
    package let description: [UInt8]

    package init(array: [UInt8], description: [UInt8]) {
        self.array = array
        self.description = description
    }

    /// What an index and its shards know the ranges by.
    package var fingerprint: SHA256Digest { SHA256Digest(of: array) }
}
