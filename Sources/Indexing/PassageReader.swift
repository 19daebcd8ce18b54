import Documents
import Encoding
package import Shards

/// A passage as it goes to the encoder and to the shard.
package struct PreparedPassage: Sendable {
    package let passage: ShardPassage
    /// The model's input.
    package let tokens: [Int32]

    /// About the bytes that it takes with its vector.
    package func weight(dimension: Int) -> Int { passage.text.count + tokens.count * 4 + dimension * 4 + 200 }
}

/// Cuts a text that comes in pieces into passages, in memory that does not grow with the text.
package struct PassageReader {
    private var cutter: any PassageCutting
    private var runs = BlankRuns()
    private var window: [UInt8] = []
    /// Bytes of the window that were given back to the cutter already.
    private var used = 0
    /// Where the window begins in the shortened text.
    private var origin = 0
    private var isWhole = false
    /// Bytes of the file before the text: those of a byte order mark.
    private let offset: Int

    package init(_ cutter: any PassageCutting, offset: Int) {
        self.cutter = cutter
        self.offset = offset
    }

    /// Takes in the next piece of the text.
    package mutating func add(_ piece: ArraySlice<UInt8>) {
        window += runs.shorten(piece)
    }

    /// Says that the text has ended.
    package mutating func finish() {
        window += runs.finish()
        isWhole = true
    }

    /// The next passage; nil when more of the text is needed, or after its end.
    package mutating func next() -> PreparedPassage? {
        // A reference of its own, so that the window can be looked at while the cutter changes.
        let window = window
        guard case .passage(let passage) = cutter.next(in: window.span.extracting(used...), isWhole: isWhole) else {
            makeRoom()
            return nil
        }
        let range = passage.byteRange
        let first = runs.skipped(before: range.lowerBound)
        let last = runs.skipped(before: range.upperBound)
        let prepared = ShardPassage(
            byteRange: range.lowerBound + first.bytes + offset..<range.upperBound + last.bytes + offset,
            lineRange: passage.lineRange.lowerBound + first.lines...passage.lineRange.upperBound + last.lines,
            tokenCount: max(passage.tokenCount, 0), isTruncated: passage.isTruncated,
            text: Array(window[range.lowerBound - origin..<range.upperBound - origin]))
        discard()
        return PreparedPassage(passage: prepared, tokens: passage.tokens)
    }

    private mutating func discard() {
        let count = cutter.discardable
        guard count > 0 else { return }
        let window = window
        cutter.discard(count, of: window.span.extracting(used...))
        used += count
    }

    private mutating func makeRoom() {
        discard()
        guard used > 0 else { return }
        window.removeFirst(used)
        origin += used
        used = 0
    }
}
