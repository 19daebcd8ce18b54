import Encoding
import Foundation
import Platform
import SystemPackage
import Testing

@Suite(.serialized) struct TokenizerScratchTests {
    @Test func external() throws {
        let t = try TokenizerFixture.tokenizer()
        let b = try FileContents.read(FilePath("/tmp/check.bin"))
        var p = 0
        func u32() -> Int {
            defer { p += 4 }; return Int(b[p]) | Int(b[p + 1]) << 8 | Int(b[p + 2]) << 16 | Int(b[p + 3]) << 24
        }
        var n = 0, bad = 0
        while p < b.count {
            let lb = u32(), li = u32()
            let text = Array(b[p..<p + lb]); p += lb
            let ids = (0..<li).map { _ in Int32(u32()) }
            if t.tokenize(text).ids != ids {
                bad += 1; if bad < 10 { print("BAD", String(decoding: text, as: UTF8.self)) }
            }
            n += 1
        }
        print("external strings", n, "mismatches", bad)
        #expect(bad == 0)
    }
    @Test func speed() throws {
        let clock = ContinuousClock()
        for _ in 0..<3 {
            var t: WordPieceTokenizer?
            let d = try clock.measure { t = try TokenizerFixture.tokenizer() }
            print("load", d, t?.vocabulary.count ?? 0)
        }
        let t = try TokenizerFixture.tokenizer()
        let text = try FileContents.read(FilePath("/tmp/prose.txt"))
        for _ in 0..<3 {
            var n = 0
            let d = clock.measure { n = t.tokenize(text).count }
            print("whole", Double(text.count) / 1e6 / (d / .seconds(1)), "MB/s", n)
        }
        let lines = text.split(separator: 10).map { Array($0) }
        for _ in 0..<3 {
            var n = 0
            let d = clock.measure { for l in lines { n += t.tokenize(l).count } }
            print("lines", Double(text.count) / 1e6 / (d / .seconds(1)), "MB/s", n)
        }
    }
}
