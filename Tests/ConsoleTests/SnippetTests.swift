import Console
import Testing
import Text

@Suite("The lines of a snippet")
struct SnippetTests {
    private func snippet(_ text: String, query: String = "", columns: Int = 30, limit: Int = 3) -> [String] {
        Snippet(of: text, query: query, columns: columns, limit: limit) { "<\($0)>" }.lines
    }

    @Test("a short passage is shown whole, its white space folded")
    func short() {
        #expect(snippet("one\n  two\tthree ") == ["one two three"])
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

    @Test("the lines are those with most of the query's words, which are marked")
    func best() throws {
        let filler = (0..<100).map { "filler\($0)" }.joined(separator: " ")
        let lines = snippet(
            filler + " The storage, of Vectors! " + filler, query: "vectors in STORAGE", columns: 40, limit: 2)
        #expect(try #require(lines.first).hasPrefix("…"))
        #expect(lines.joined(separator: " ").contains("The <storage,> of <Vectors!>"))
        #expect(try #require(lines.last).hasSuffix("…"))
    }

    @Test("escape sequences of a document are not printed")
    func hostile() {
        #expect(snippet("a\u{1B}]0;title\u{7}b") == ["a\\u{1b}]0;title\\u{7}b"])
    }
}
