import Text

extension WordPieceTokenizer {
    /// Appends the tokens of `text` to `output`.
    ///
    /// The scan ends with the word that brings `output` above `tokenLimit` tokens.
    package func tokenize(_ text: Span<UInt8>, tokenLimit: Int, into output: inout TokenizedText) {
        var word = PendingWord(limit: maximumWordLength)
        var position = 0
        while position < text.count, output.count <= tokenLimit {
            switch byteActions[Int(text[position])] {
            case ByteAction.space: position &+= 1
            case ByteAction.word:
                var end = position &+ 1
                while end < text.count, byteActions[Int(text[end])] == ByteAction.word { end &+= 1 }
                if end < text.count, byteActions[Int(text[end])] == ByteAction.general {
                    // The word continues, or a mark belongs to its last letter.
                    position = scanWord(text, from: position, word: &word, into: &output)
                } else {
                    appendPieces(of: text, from: position, to: end, into: &output)
                    position = end
                }
            case ByteAction.punctuation:
                appendPieces(of: text, from: position, to: position &+ 1, into: &output)
                position &+= 1
            default: position = scanWord(text, from: position, word: &word, into: &output)
            }
        }
    }

    /// Appends the pieces of a word of ASCII bytes of the classes word or punctuation.
    private func appendPieces(of text: Span<UInt8>, from start: Int, to end: Int, into output: inout TokenizedText) {
        guard end &- start <= maximumWordLength else {
            output.append(unknownID, from: start, to: end, isWordStart: true)
            return
        }
        var pieceStart = start
        var origin = Vocabulary.root
        while pieceStart < end {
            var node = origin
            var position = pieceStart
            var longest: Int32 = -1
            var pieceEnd = pieceStart
            while position < end {
                node = vocabulary.step(from: node, foldedBytes[Int(text[position])])
                guard node != Vocabulary.nowhere else { break }
                position &+= 1
                let token = vocabulary.token(at: node)
                if token >= 0 {
                    longest = token
                    pieceEnd = position
                }
            }
            guard longest >= 0 else {
                if pieceStart > start { removePieces(from: &output) }
                output.append(unknownID, from: start, to: end, isWordStart: true)
                return
            }
            output.append(longest, from: pieceStart, to: pieceEnd, isWordStart: pieceStart == start)
            pieceStart = pieceEnd
            origin = continuation
        }
    }

    /// Removes the pieces of the last word, because the whole word becomes one unknown token.
    private func removePieces(from output: inout TokenizedText) {
        var first = output.count &- 1
        while !output.wordStarts[first] { first &-= 1 }
        output.removeLast(output.count &- first)
    }

    /// Appends the pieces of a normalized word and empties it.
    private func flush(_ word: inout PendingWord, into output: inout TokenizedText) {
        guard !word.isEmpty else { return }
        defer { word.removeAll() }
        let start = word.starts[0]
        guard !word.isTooLong else {
            output.append(unknownID, from: start, to: word.end, isWordStart: true)
            return
        }
        let count = word.scalars.count
        var pieceStart = 0
        var origin = Vocabulary.root
        while pieceStart < count {
            var node = origin
            var position = pieceStart
            var longest: Int32 = -1
            var pieceEnd = pieceStart
            while position < count, node != Vocabulary.nowhere {
                node = step(from: node, scalar: word.scalars[position])
                guard node != Vocabulary.nowhere else { break }
                position &+= 1
                let token = vocabulary.token(at: node)
                if token >= 0 {
                    longest = token
                    pieceEnd = position
                }
            }
            guard longest >= 0 else {
                if pieceStart > 0 { removePieces(from: &output) }
                output.append(unknownID, from: start, to: word.end, isWordStart: true)
                return
            }
            // Reordered marks can make the first scalar come from later bytes than the second.
            var first = word.starts[pieceStart]
            var last = word.ends[pieceStart]
            for scalar in pieceStart..<pieceEnd {
                first = min(first, word.starts[scalar])
                last = max(last, word.ends[scalar])
            }
            output.append(longest, from: first, to: last, isWordStart: pieceStart == 0)
            pieceStart = pieceEnd
            origin = continuation
        }
    }

    @inline(__always)
    private func step(from node: UInt32, scalar: UInt32) -> UInt32 {
        if scalar < 0x80 { return vocabulary.step(from: node, UInt8(truncatingIfNeeded: scalar)) }
        var node = node
        if scalar < 0x800 {
            node = vocabulary.step(from: node, UInt8(truncatingIfNeeded: 0xC0 | scalar &>> 6))
        } else {
            if scalar < 0x10000 {
                node = vocabulary.step(from: node, UInt8(truncatingIfNeeded: 0xE0 | scalar &>> 12))
            } else {
                node = vocabulary.step(from: node, UInt8(truncatingIfNeeded: 0xF0 | scalar &>> 18))
                guard node != Vocabulary.nowhere else { return node }
                node = vocabulary.step(from: node, UInt8(truncatingIfNeeded: 0x80 | scalar &>> 12 & 0x3F))
            }
            guard node != Vocabulary.nowhere else { return node }
            node = vocabulary.step(from: node, UInt8(truncatingIfNeeded: 0x80 | scalar &>> 6 & 0x3F))
        }
        guard node != Vocabulary.nowhere else { return node }
        return vocabulary.step(from: node, UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    }

    /// Scans code points on the general path from `start` until no word is pending, and returns the position after
    /// them.
    private func scanWord(
        _ text: Span<UInt8>, from start: Int, word: inout PendingWord, into output: inout TokenizedText
    ) -> Int {
        typealias Kind = CodePointActions.Kind
        var position = start
        while position < text.count {
            if beginsAddedToken[Int(text[position])], let token = addedToken(in: text, at: position) {
                flush(&word, into: &output)
                let end = position &+ token.content.count
                output.append(token.id, from: position, to: end, isWordStart: true)
                return end
            }
            let (scalar, length) = text.decodeScalar(at: position)
            let end = position &+ length
            let action = codePointActions[scalar]
            switch action & 7 {
            case Kind.word:
                if action &>> 16 == 0 {
                    word.append(
                        scalar, combiningClass: UInt8(truncatingIfNeeded: action &>> 8), from: position, to: end)
                } else {
                    appendFold(of: action, from: position, to: end, word: &word, into: &output)
                }
            case Kind.hangul: appendJamo(of: scalar, from: position, to: end, word: &word)
            case Kind.mark: if action & 0xFF00 == 0 { word.appendBarrier() }
            case Kind.removed: break
            case Kind.space: flush(&word, into: &output)
            default:
                // Punctuation and ideographs are words of their own.
                flush(&word, into: &output)
                if action &>> 16 == 0 {
                    word.append(scalar, combiningClass: 0, from: position, to: end)
                } else {
                    appendFold(of: action, from: position, to: end, word: &word, into: &output)
                }
                flush(&word, into: &output)
            }
            position = end
            if word.isEmpty { return position }
        }
        flush(&word, into: &output)
        return position
    }

    private func appendFold(
        of action: UInt32, from start: Int, to end: Int, word: inout PendingWord, into output: inout TokenizedText
    ) {
        for place in codePointActions.fold(of: action) {
            let folded = codePointActions.foldedScalar(place)
            let scalar = folded & 0x1F_FFFF
            switch folded &>> 21 & 7 {
            case CodePointActions.Kind.word:
                word.append(scalar, combiningClass: UInt8(truncatingIfNeeded: folded &>> 24), from: start, to: end)
            case CodePointActions.Kind.space: flush(&word, into: &output)
            default:
                flush(&word, into: &output)
                word.append(scalar, combiningClass: 0, from: start, to: end)
                flush(&word, into: &output)
            }
        }
    }

    /// Decomposes a Hangul syllable by arithmetic (Unicode, section 3.12).
    private func appendJamo(of syllable: UInt32, from start: Int, to end: Int, word: inout PendingWord) {
        let index = syllable &- 0xAC00
        word.append(0x1100 &+ index / 588, combiningClass: 0, from: start, to: end)
        word.append(0x1161 &+ index % 588 / 28, combiningClass: 0, from: start, to: end)
        guard index % 28 > 0 else { return }
        word.append(0x11A7 &+ index % 28, combiningClass: 0, from: start, to: end)
    }

    private func addedToken(in text: Span<UInt8>, at position: Int) -> AddedToken? {
        addedTokens.first { token in
            guard token.content.count <= text.count - position else { return false }
            return token.content.indices.allSatisfy { token.content[$0] == text[position + $0] }
        }
    }
}
