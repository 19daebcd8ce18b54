import Console
import Search
import Testing
import Text

@Suite("The lines of a snippet")
struct SnippetTests {
    /// The lines of a text in which `<` and `>` stand around what is marked, and `[` and `]` around the best sentence.
    private func snippet(_ text: String, columns: Int = 30, limit: Int = 3) -> [String] {
        var (plain, matches, open): ([UInt8], [Range<Int>], Int) = ([], [], 0)
        var sentence = 0..<Int.max
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): open = plain.count
            case UInt8(ascii: ">"): matches.append(open..<plain.count)
            case UInt8(ascii: "["): sentence = plain.count..<Int.max
            case UInt8(ascii: "]"): sentence = sentence.lowerBound..<plain.count
            default: plain.append(byte)
            }
        }
        let excerpt = HitExcerpt(matches: matches, sentence: sentence.clamped(to: 0..<plain.count))
        return Snippet(of: String(decoding: plain, as: UTF8.self), excerpt, columns: columns, limit: limit) {
            "<\($0)>"
        }
        .lines
    }

    @Test("a short passage is shown whole, its white space folded and its words marked")
    func short() {
        #expect(snippet("one\n  <two>\tthree ") == ["one <two> three"])
        #expect(snippet("(<one>), <two\n three>!") == ["(<one>), <two> <three>!"])
    }

    @Test("a passage without words has no lines", arguments: ["", " \n\t "])
    func empty(text: String) {
        #expect(snippet(text).isEmpty)
    }

    @Test("no line is wider than requested, and the cut is marked", arguments: [20, 33, 80], [1, 2, 3])
    func fits(columns: Int, limit: Int) throws {
        let text = (0..<300).map { "word\($0)" }.joined(separator: " ")
        let lines = snippet(text, columns: columns, limit: limit)
        #expect(lines.count == limit)
        #expect(lines.allSatisfy { TerminalText.width(of: $0) <= columns })
        #expect(try #require(lines.last).hasSuffix("…"))
    }

    @Test("the lines begin with the best sentence")
    func best() {
        let filler = (0..<100).map { "filler\($0)" }.joined(separator: " ")
        let lines = snippet(filler + ". [The <storage> of <Vectors>!] " + filler, columns: 40, limit: 2)
        #expect(lines.first == "…The <storage> of <Vectors>! filler0 filler1")
        #expect(lines.last == "filler2 filler3 filler4 filler5 filler6…")
    }

    @Test("of a sentence that is too long the lines are those with most marks")
    func long() {
        let filler = (0..<100).map { "filler\($0)" }.joined(separator: " ")
        let lines = snippet("[<one> " + filler + " <two> <three> " + filler + "]", columns: 40, limit: 2)
        let shown = lines.joined(separator: " ")
        #expect(shown.contains("<two> <three>") && !shown.contains("<one>"))
        #expect(lines.first?.hasPrefix("…") == true && lines.last?.hasSuffix("…") == true)
    }

    @Test("escape sequences of a document are not printed, marked or not")
    func hostile() {
        #expect(snippet("a\u{1B}]0;title\u{7}b") == ["a\\u{1b}]0;title\\u{7}b".replacing("]", with: "")])
        #expect(snippet("a<\u{1B}>b") == ["a<\\u{1b}>b"])
    }
}
