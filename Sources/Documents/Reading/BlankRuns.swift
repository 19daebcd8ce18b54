import Text

/// Shortens long runs of white space before the encoder sees them, and remembers where.
///
/// A text may be a gigabyte of blank lines with two words in it. The words are a passage, and the lines are not worth
/// their memory. Positions in the shortened text are converted back into positions in the file.
package struct BlankRuns {
    /// What was removed before a position of the shortened text.
    private struct Gap {
        let position: Int
        /// The bytes of this gap and all earlier ones.
        let bytes: Int
        let lines: Int
    }

    /// The bytes kept of a run's beginning, and of its end.
    package static let kept = 4096

    private var gaps: [Gap] = []
    /// The bytes returned so far.
    private var position = 0
    /// The length of the white space at the end of the text so far.
    private var runLength = 0
    /// The last bytes of a long run, returned when it ends.
    private var held: [UInt8] = []
    private var skippedBytes = 0
    private var skippedLines = 0

    package init() {}

    /// Takes the next piece of the text and returns its shortened form.
    package mutating func shorten(_ piece: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(piece.count)
        var start = piece.startIndex
        while start < piece.endIndex {
            let end = piece[start...].firstIndex { $0.isASCIISpace != piece[start].isASCIISpace } ?? piece.endIndex
            if piece[start].isASCIISpace {
                addRun(piece[start..<end], to: &result)
            } else {
                endRun(&result)
                append(piece[start..<end], to: &result)
            }
            start = end
        }
        return result
    }

    /// Returns the remaining bytes at the end of the text.
    package mutating func finish() -> [UInt8] {
        var result: [UInt8] = []
        endRun(&result)
        return result
    }

    private mutating func addRun(_ space: ArraySlice<UInt8>, to result: inout [UInt8]) {
        let room = max(Self.kept - runLength, 0)
        append(space.prefix(room), to: &result)
        runLength += space.count
        held += space.dropFirst(room)
        // Trimmed only now and then, so a run costs linear rather than quadratic time.
        if held.count > 64 * Self.kept { trim() }
    }

    private mutating func endRun(_ result: inout [UInt8]) {
        runLength = 0
        guard !held.isEmpty else { return }
        trim()
        if skippedBytes != (gaps.last?.bytes ?? 0) {
            gaps.append(Gap(position: position, bytes: skippedBytes, lines: skippedLines))
        }
        append(held[...], to: &result)
        held = []
    }

    private mutating func trim() {
        let surplus = max(held.count - Self.kept, 0)
        skippedBytes += surplus
        skippedLines += held.prefix(surplus).count { $0 == UInt8(ascii: "\n") }
        held.removeFirst(surplus)
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>, to result: inout [UInt8]) {
        result += bytes
        position += bytes.count
    }

    /// The bytes and lines removed before a position of the shortened text.
    package func skipped(before place: Int) -> (bytes: Int, lines: Int) {
        var low = 0
        var high = gaps.count
        while low < high {
            let middle = (low + high) / 2
            if gaps[middle].position <= place { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return (0, 0) }
        return (gaps[low - 1].bytes, gaps[low - 1].lines)
    }
}
