package import Platform

/// One document as it came out of a file: text that is known to be UTF-8.
package struct DecodedDocument: Sendable, Equatable {
    /// The `id` of an object of a `.jsonl` file; nil when the whole file is the document.
    package let item: String?
    package let title: String?
    /// The members that mean nothing to us, as a JSON object; nil when there are none.
    package let metadata: [UInt8]?
    /// What is encoded and shown: of an object its title, a space and its text, trimmed.
    package let text: [UInt8]
    /// How many bytes of the file come before `text`: those of a byte order mark.
    package let textOffset: Int
    /// SHA-256 of the bytes that the document was decoded from.
    package let contentDigest: SHA256Digest
    /// How many those were.
    package let byteCount: Int
}
