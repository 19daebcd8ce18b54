import Foundation
import Search
import Shards
import TestSupport
import Testing

@Suite("A hit as people and programs read it")
struct SearchHitTests {
    private func hit(
        score: Double = 0.51239, document: String = "notes/a.md", text: String = "Int8 vectors\nuse less.",
        metadata: String = #"{"lang":"en"}"#
    ) -> SearchHit {
        SearchHit(
            query: "storage", rank: 1, score: score, document: document, passage: 2, bytes: 10..<33, lines: 4...5,
            text: text, metadata: metadata)
    }

    @Test("JSON has these keys in this order")
    func json() {
        #expect(
            hit().json == #"{"query":"storage","rank":1,"score":0.51239,"document":"notes/a.md","passage":2,"#
                + #""bytes":[10,33],"lines":[4,5],"text":"Int8 vectors\nuse less.","metadata":{"lang":"en"}}"#)
    }

    @Test("metadata that are missing are an empty object")
    func noMetadata() {
        #expect(hit(metadata: "").json.hasSuffix(#""metadata":{}}"#))
    }

    @Test(
        "every string survives a JSON parser",
        arguments: ["", "\"\\/", "\u{0}\u{1}\u{1F}\u{7F}", "\n\r\t\u{8}\u{C}", "日本 🚀 e\u{301}"] + HostileText.samples)
    func roundTrip(text: String) throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(hit(text: text).json.utf8))
        let object = try #require(parsed as? [String: Any])
        #expect(object["text"] as? String == text)
        #expect(!hit(text: text).json.contains("\n"))
    }

    @Test("numbers survive a JSON parser", arguments: [0.1, -0.0, 12_345_678, 1e300, 1e-300, 0.30000001192092896])
    func numbers(score: Double) throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(hit(score: score).json.utf8))
        #expect((parsed as? [String: Any])?["score"] as? Double == score)
    }

    @Test("what JSON has no number for is null", arguments: [Double.nan, .infinity, -.infinity])
    func notNumbers(score: Double) {
        #expect(hit(score: score).json.contains(#""score":null"#))
    }

    @Test("for a person: rank, score, place, and the passage under them")
    func formatted() {
        let plain = hit().formatted(Style(isColoured: false, columns: 80))
        #expect(plain == "  1  0.5124  notes/a.md:4-5\n     Int8 vectors use less.\n")
    }

    @Test("colours only where asked for")
    func coloured() {
        #expect(!hit().formatted(Style(isColoured: false, columns: 80)).contains("\u{1B}"))
        #expect(hit().formatted(Style(isColoured: true, columns: 80)).contains("\u{1B}[36mnotes/a.md\u{1B}[0m"))
    }

    @Test(
        "scores: four decimals, whole for dot products of codes",
        arguments: [
            (-0.00004, "0.0000"), (0.99996, "1.0000"), (1, "1.0000"), (-97_123, "-97123"), (24_969_600, "24969600"),
            (-1.25, "-1.2500"), (3.5, "3.5000"),
        ])
    func scores(score: Double, shown: String) {
        #expect(hit(score: score).formatted(Style(isColoured: false, columns: 80)).hasPrefix("  1  \(shown)  "))
    }

    @Test("nothing hostile is in a hit, wherever it comes from", arguments: HostileText.samples)
    func hostile(text: String) throws {
        let name = DocumentIdentifier(path: Array(text.utf8), item: Array(text.utf8)).displayName
        let hit = SearchHit(
            query: text, rank: 1, score: 1, document: name, passage: 0, bytes: 0..<1, lines: 1...1, text: text,
            metadata: "{\"\u{9B}\":\"\u{202E}\"}")
        #expect(HostileText.faults(in: hit.json.utf8, allowed: []) == [])
        #expect(hit.json.hasSuffix(#""metadata":{"\u009b":"\u202e"}}"#))
        let shown = hit.formatted(Style(isColoured: false, columns: 80))
        #expect(HostileText.faults(in: shown.utf8, allowed: [0x0A]) == [])
        let coloured = hit.formatted(Style(isColoured: true, columns: 80)).replacing(/\u{1B}\[[0-9;]*m/, with: "")
        #expect(HostileText.faults(in: coloured.utf8, allowed: [0x0A]) == [])
    }

    @Test(
        "metadata that a forged shard has are never passed through",
        arguments: ["\u{1B}[2J", "{}\n{\"forged\":\"hit\"}", "[1]", "{\"a\":\"\u{1B}\"}", "{\"a\":1", "null"])
    func forgedMetadata(metadata: String) {
        #expect(hit(metadata: metadata).json.hasSuffix(#""metadata":null}"#))
    }

    @Test("a file name cannot write escape sequences to the terminal")
    func hostileName() {
        let shown = hit(document: "a\u{1B}[31m\nb").formatted(Style(isColoured: false, columns: 80))
        #expect(shown.hasPrefix("  1  0.5124  a\\u{1b}[31m\\u{a}b:4-5\n"))
    }
}
