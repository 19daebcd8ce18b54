import Console
import Identity
import Search
import TestSupport
import Testing

@Suite("The text form of a hit")
struct SearchHitTextTests {
    private func hit(
        score: Double = 0.51239, document: String = "notes/a.md", text: String = "Int8 vectors\nuse less.",
        metadata: String = #"{"lang":"en"}"#
    ) -> SearchHit {
        SearchHit(
            query: "storage", rank: 1, score: score, document: document, passage: 2, bytes: 10..<33, lines: 4...5,
            text: text, metadata: metadata)
    }

    @Test("a line for an editor ends before the end of its line, whatever marks it")
    func vimgrepLineEnds() {
        let hit = SearchHit(
            query: "x", rank: 1, score: 1, document: "a.txt", passage: 0, bytes: 0..<9, lines: 1...2,
            text: "one\r\ntwo", metadata: "")
        #expect(hit.vimgrep(path: nil) == "a.txt:1:1:one\n")
    }

    @Test("for a person: rank, score, position, and the passage below")
    func formatted() {
        let plain = hit().formatted(HitLayout(Style(isColoured: false, columns: 80)))
        #expect(plain == "  1  0.5124  notes/a.md:4-5\n     Int8 vectors use less.\n")
    }

    @Test("colours only where requested")
    func coloured() {
        #expect(!hit().formatted(HitLayout(Style(isColoured: false, columns: 80))).contains("\u{1B}"))
        #expect(
            hit().formatted(HitLayout(Style(isColoured: true, columns: 80))).contains("\u{1B}[36mnotes/a.md\u{1B}[0m"))
    }

    @Test(
        "scores: four decimals, whole for dot products of codes",
        arguments: [
            (-0.00004, "0.0000"), (0.99996, "1.0000"), (1, "1.0000"), (-97_123, "-97123"), (24_969_600, "24969600"),
            (-1.25, "-1.2500"), (3.5, "3.5000"),
        ])
    func scores(score: Double, shown: String) {
        #expect(
            hit(score: score).formatted(HitLayout(Style(isColoured: false, columns: 80))).hasPrefix("  1  \(shown)  "))
    }

    /// A hit of two lines with a mark in the second, in lines 4 and 5 of its document.
    private var marked: SearchHit {
        SearchHit(
            query: "x", rank: 1, score: 0.5, document: "a.md", passage: 0, bytes: 10..<33, lines: 4...5,
            text: "  Int8\tvectors\nuse\u{1B} less.", metadata: "",
            excerpt: HitExcerpt(matches: [15..<18], sentence: 2..<24))
    }

    @Test("the whole passage as it stands, with its marks, safe for a terminal")
    func full() {
        let shown = marked.formatted(HitLayout(Style(isColoured: true, columns: 80), .passage))
        #expect(
            shown.hasSuffix(
                "\n       Int8\tvectors\n     \u{1B}[1;33muse\u{1B}[0m\\u{1b} less.\n"), "\(shown.debugDescription)"
        )
    }

    @Test("a line for an editor: path, line, column in bytes, and the line itself")
    func vimgrep() {
        #expect(marked.vimgrep(path: "/s/done/a.md") == "/s/done/a.md:5:1:use\\u{1b} less.\n")
        #expect(marked.vimgrep(path: nil).hasPrefix("a.md:5:1:"))
        #expect(hit(text: "Int8\tvectors\r").vimgrep(path: nil) == "notes/a.md:4:1:Int8\tvectors\\u{d}\n")
        #expect(hit().vimgrep(path: nil) == "notes/a.md:4:1:Int8 vectors\n")
    }

    @Test("a file name cannot write escape sequences to the terminal")
    func hostileName() {
        let shown = hit(document: "a\u{1B}[31m\nb").formatted(HitLayout(Style(isColoured: false, columns: 80)))
        #expect(shown.hasPrefix("  1  0.5124  a\\u{1b}[31m\\u{a}b:4-5\n"))
    }

    @Test("no field of a hit shows hostile text", arguments: HostileText.samples)
    func hostile(text: String) {
        let name = DocumentIdentifier(path: Array(text.utf8), item: Array(text.utf8)).displayName
        let hit = SearchHit(
            query: text, rank: 1, score: 1, document: name, passage: 0, bytes: 0..<1, lines: 1...1, text: text,
            metadata: "{\"\u{9B}\":\"\u{202E}\"}")
        let shown = hit.formatted(HitLayout(Style(isColoured: false, columns: 80)))
        #expect(HostileText.faults(in: shown.utf8, allowed: [0x0A]) == [])
        for text in [
            hit.formatted(HitLayout(Style(isColoured: false, columns: 80), .passage)), hit.vimgrep(path: text),
        ] {
            #expect(HostileText.faults(in: text.utf8, allowed: [0x0A, 0x09]) == [])
        }
        let coloured = hit.formatted(HitLayout(Style(isColoured: true, columns: 80))).replacing(
            /\u{1B}\[[0-9;]*m/, with: "")
        #expect(HostileText.faults(in: coloured.utf8, allowed: [0x0A]) == [])
    }
}
