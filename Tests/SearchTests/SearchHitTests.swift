import Foundation
import Identity
import Search
import TestSupport
import Testing

@Suite("The JSON form of a hit")
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
            hit().json(path: "/s/done/notes/a.md")
                == #"{"query":"storage","rank":1,"score":0.51239,"document":"notes/a.md","passage":2,"#
                + #""bytes":[10,33],"lines":[4,5],"text":"Int8 vectors\nuse less.","snippet":"Int8 vectors\nuse less.","matches":[],"metadata":{"lang":"en"},"path":"/s/done/notes/a.md","also_in":[]}"#
        )
    }

    @Test("missing metadata are an empty object")
    func noMetadata() {
        #expect(hit(metadata: "").json(path: nil).hasSuffix(#""metadata":{},"path":null,"also_in":[]}"#))
    }

    @Test(
        "every string survives a JSON parser",
        arguments: ["", "\"\\/", "\u{0}\u{1}\u{1F}\u{7F}", "\n\r\t\u{8}\u{C}", "日本 🚀 e\u{301}"] + HostileText.samples)
    func roundTrip(text: String) throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(hit(text: text).json(path: nil).utf8))
        let object = try #require(parsed as? [String: Any])
        #expect(object["text"] as? String == text)
        #expect(!hit(text: text).json(path: nil).contains("\n"))
    }

    @Test("numbers survive a JSON parser", arguments: [0.1, -0.0, 12_345_678, 1e300, 1e-300, 0.30000001192092896])
    func numbers(score: Double) throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(hit(score: score).json(path: nil).utf8))
        #expect((parsed as? [String: Any])?["score"] as? Double == score)
    }

    @Test("values that JSON cannot represent are null", arguments: [Double.nan, .infinity, -.infinity])
    func notNumbers(score: Double) {
        #expect(hit(score: score).json(path: nil).contains(#""score":null"#))
    }

    @Test("no field of a hit contains hostile text", arguments: HostileText.samples)
    func hostile(text: String) throws {
        let name = DocumentIdentifier(path: Array(text.utf8), item: Array(text.utf8)).displayName
        let hit = SearchHit(
            query: text, rank: 1, score: 1, document: name, passage: 0, bytes: 0..<1, lines: 1...1, text: text,
            metadata: "{\"\u{9B}\":\"\u{202E}\"}")
        #expect(HostileText.faults(in: hit.json(path: nil).utf8, allowed: []) == [])
        #expect(hit.json(path: nil).hasSuffix(#""metadata":{"\u009b":"\u202e"},"path":null,"also_in":[]}"#))
    }

    @Test(
        "metadata of a forged shard are never passed through",
        arguments: ["\u{1B}[2J", "{}\n{\"forged\":\"hit\"}", "[1]", "{\"a\":\"\u{1B}\"}", "{\"a\":1", "null"])
    func forgedMetadata(metadata: String) {
        #expect(hit(metadata: metadata).json(path: nil).hasSuffix(#""metadata":null,"path":null,"also_in":[]}"#))
    }
}
