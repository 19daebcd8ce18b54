/// A line of a `.jsonl` file that could not be taken, with its bytes, so that nothing is lost.
package struct LineFault: Sendable, Equatable {
    package let fault: DocumentFault
    /// The line without its line feed.
    package let bytes: [UInt8]
}
