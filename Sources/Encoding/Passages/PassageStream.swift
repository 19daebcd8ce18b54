/// Cuts one text into passages on demand.
///
/// It tokenizes a window of the text at a time and cuts passages while the window holds more tokens than a passage can.
/// So every decision equals the one for the whole text. The next window begins at the next passage.
///
/// The text may come in pieces: `next` receives the available text and asks for more when a decision needs it, and
/// `discard` lets the caller drop text that is no longer needed.
package struct PassageStream: Sendable {
    /// The result of a step.
    package enum Step: Sendable, Equatable {
        case passage(Passage)
        /// A decision needs more of the text.
        case needsMore
        /// All passages have been returned.
        case finished
    }

    private let cutter: PassageCutter
    /// The tokens of the text from `windowStart` on.
    private var tokens = TokenizedText()
    private var windowStart = 0
    /// The number of tokens in the window that more text could not change; a word begins after the last of them.
    private var usable = 0
    private var reachesEnd = false
    /// The index in the window of the first token of the next passage.
    private var first = 0
    /// The index in the window of the token after the previous passage; the next passage must end beyond it.
    private var previousEnd = 0
    /// The byte where the next passage begins.
    private var start = 0
    private var isFinished = false
    /// A position at or before `start` whose line is known.
    private var counted = (position: 0, line: 1)
    /// The number of discarded bytes; all positions here count from their end.
    private var discarded = 0
    private var hasBegun = false

    /// The farthest that a boundary looks ahead, for a heading and the line under it.
    private static let lookAhead = 512
    /// The farthest that a boundary looks back, for the end of a sentence.
    private static let lookBack = 64

    /// Starts at the beginning of a text.
    package init(_ cutter: PassageCutter) {
        self.cutter = cutter
    }

    /// The next passage of a complete text, or nil after the last; pass the same text at every call.
    package mutating func next(in text: Span<UInt8>) -> Passage? {
        if case .passage(let passage) = next(in: text, isWhole: true) { passage } else { nil }
    }

    /// The next passage of a text that arrives in pieces.
    ///
    /// `text` begins where the discarded text ends; `isWhole` says whether it reaches the end of the whole text.
    package mutating func next(in text: Span<UInt8>, isWhole: Bool) -> Step {
        guard !isFinished else { return .finished }
        if !hasBegun {
            start = text.skippingSpace(from: start)
            guard isWhole || start < text.count else { return .needsMore }
            if cutter.mode == .whole {
                guard isWhole else { return .needsMore }
                return whole(text).map { .passage($0) } ?? .finished
            }
            windowStart = start
            hasBegun = true
        }
        guard fill(from: text, isWhole: isWhole) else { return .needsMore }
        let available = usable - first
        guard available > 0 else {
            isFinished = true
            return .finished
        }
        guard reachesEnd, available <= cutter.limits.budget else { return .passage(cut(text)) }
        isFinished = true
        return .passage(passage(of: text, tokens: first..<usable, end: text.count))
    }

    /// The number of available bytes that no later passage needs.
    package var discardable: Int {
        guard hasBegun || cutter.mode == .passages else { return 0 }
        return max(start - Self.lookBack, 0)
    }

    /// Records that the caller drops the first bytes of the available text.
    ///
    /// - Parameters:
    ///   - count: the number of bytes, at most `discardable`.
    ///   - text: the available text, including those bytes.
    package mutating func discard(_ count: Int, of text: Span<UInt8>) {
        if counted.position < count {
            counted.line += text.newlines(in: counted.position..<count)
            counted.position = count
        }
        counted.position -= count
        start -= count
        windowStart -= count
        discarded += count
    }

    /// Tokenizes from the next passage on, unless the window already holds more than a passage.
    ///
    /// Returns false when more of the text is needed.
    private mutating func fill(from text: Span<UInt8>, isWhole: Bool) -> Bool {
        var length = cutter.windowLength
        let limit = isWhole ? text.count : max(text.count - Self.lookAhead, start)
        while !reachesEnd, usable - first <= cutter.limits.budget {
            // Less than a window is tokenized only at the end of the text, so the division into pieces changes nothing
            // and costs nothing.
            guard isWhole || length < limit - start else { return false }
            var end = length < limit - start ? start + length : limit
            // Do not end inside a character.
            while end < text.count, end > start, text[end] & 0xC0 == 0x80 { end -= 1 }
            windowStart = start
            previousEnd -= first
            first = 0
            reachesEnd = end == text.count
            tokens.removeAll(keepingCapacity: true)
            cutter.tokenizer.tokenize(text.extracting(start..<end), tokenLimit: .max, into: &tokens)
            usable = reachesEnd ? tokens.count : settledCount(length: end - start)
            // A word may be longer than the window.
            length = length.multipliedReportingOverflow(by: 2).overflow ? .max : length * 2
        }
        return true
    }

    /// The number of tokens that do not depend on the text after the window.
    ///
    /// The last word may continue, and text near the end may become part of an added token.
    private func settledCount(length: Int) -> Int {
        var count = tokens.count
        while count > 0 {
            count -= 1
            guard tokens.wordStarts[count] else { continue }
            let end = count > 0 ? Int(tokens.ends[count - 1]) : 0
            if end + cutter.tokenizer.longestAddedToken < length { return count }
        }
        return 0
    }

    private mutating func whole(_ text: Span<UInt8>) -> Passage? {
        isFinished = true
        let sequence = cutter.tokenizer.sequence(text, maximumLength: cutter.limits.budget + 2)
        guard sequence.ids.count > 2 else { return nil }
        var ids = sequence.ids
        ids.insert(contentsOf: cutter.prompt, at: 1)
        return passage(of: text, ids: ids, end: text.count, isTruncated: sequence.isTruncated)
    }

    /// Cuts the next passage off a window that holds more tokens than a passage may have.
    private mutating func cut(_ text: Span<UInt8>) -> Passage {
        let end = passageEnd(in: text)
        let passage = passage(of: text, tokens: first..<end, end: cutPosition(in: text, before: end))
        let next = end < usable ? overlapStart(in: text, end: end) : end
        start = cutPosition(in: text, before: next)
        first = next
        previousEnd = end
        return passage
    }

    /// The index of the token after the passage.
    private func passageEnd(in text: Span<UInt8>) -> Int {
        let limits = cutter.limits
        let cap = min(first + limits.budget, usable - 1)
        var best: (end: Int, boundary: PassageBoundary)?
        var token = max(first + limits.minimum, previousEnd + 1)
        while token <= min(first + limits.target, cap) {
            defer { token += 1 }
            guard let boundary = boundary(in: text, before: token) else { continue }
            guard token >= first + limits.target / 2 || boundary.beginsSection else { continue }
            if boundary >= best?.boundary ?? .adjacent { best = (token, boundary) }
        }
        if let best, best.boundary >= .sentence { return best.end }
        // A sentence end slightly later is worth the tokens between target and budget.
        while token <= cap {
            defer { token += 1 }
            guard let boundary = boundary(in: text, before: token) else { continue }
            if boundary >= .sentence || best == nil { return token }
        }
        if let best { return best.end }
        // One word fills the window up to here: cut before it, or take it whole and truncated.
        token = cap
        while token > max(first, previousEnd) {
            if boundary(in: text, before: token) != nil { return token }
            token -= 1
        }
        token = max(cap, previousEnd) + 1
        while token < usable, boundary(in: text, before: token) == nil { token += 1 }
        return token
    }

    /// The first token of the passage that follows `end`.
    private func overlapStart(in text: Span<UInt8>, end: Int) -> Int {
        guard cutter.limits.overlap > 0, let kind = boundary(in: text, before: end), !kind.beginsSection else {
            return end
        }
        var best: (start: Int, isSentence: Bool, isWord: Bool)?
        for token in max(end - cutter.limits.overlap, first + 1)..<max(end, first + 1) {
            guard let boundary = boundary(in: text, before: token) else { continue }
            if boundary >= .sentence { return token }
            if best == nil || (boundary >= .word && best?.isWord == false) {
                best = (token, false, boundary >= .word)
            }
        }
        return best?.start ?? end
    }

    /// The kind of boundary before a token; nil inside a word.
    private func boundary(in text: Span<UInt8>, before token: Int) -> PassageBoundary? {
        guard token > 0, tokens.wordStarts[token] else { return nil }
        let end = windowStart + Int(tokens.ends[token - 1])
        let start = windowStart + Int(tokens.starts[token])
        guard end <= start else { return nil }
        return cutter.classifier.boundary(in: text, from: end, to: start)
    }

    /// The byte where the text is cut before a token.
    private func cutPosition(in text: Span<UInt8>, before token: Int) -> Int {
        guard token < tokens.count else { return text.count }
        guard token > 0 else { return start }
        let end = windowStart + Int(tokens.ends[token - 1])
        return cutter.classifier.gap(in: text, from: end, to: windowStart + Int(tokens.starts[token])).cut
    }

    private mutating func passage(of text: Span<UInt8>, tokens range: Range<Int>, end: Int) -> Passage {
        let kept = range.prefix(cutter.limits.budget)
        var ids: [Int32] = []
        ids.reserveCapacity(kept.count + cutter.prompt.count + 2)
        ids.append(cutter.tokenizer.classifierID)
        ids += cutter.prompt
        ids += tokens.ids[kept]
        ids.append(cutter.tokenizer.separatorID)
        return passage(of: text, ids: ids, end: end, isTruncated: kept.count < range.count)
    }

    private mutating func passage(of text: Span<UInt8>, ids: [Int32], end: Int, isTruncated: Bool) -> Passage {
        let end = text.droppingSpace(before: end, downTo: start)
        counted.line += text.newlines(in: counted.position..<start)
        counted.position = start
        // A newline at the end was dropped as white space, so it begins no further line.
        let last = counted.line + text.newlines(in: start..<end)
        return Passage(
            byteRange: start + discarded..<end + discarded, lineRange: counted.line...last, tokens: ids,
            promptCount: cutter.prompt.count, isTruncated: isTruncated)
    }
}
