import Foundation
import Lexicon
import TestSupport
import Testing

@Suite("properties of terms")
struct TermPropertiesTests {
    private static let rounds = 20_000

    @Test("a document has the terms of the words that a query of the same text has, known words or not")
    func agreement() throws {
        var generator = SeededGenerator(seed: .random(in: 0...UInt64.max))
        var reader = try TermReader(Analyzer())
        for _ in 0..<Self.rounds {
            let text = RandomText.bytes(using: &generator)
            var list = TermList()
            reader.append(text.span, to: &list)
            let words = reader.words(of: text)
            #expect(list.map(Array.init) == words.flatMap { [$0.primary] + $0.alternatives }, "\(generator): \(text)")
            #expect(list.wordCount == words.count, "\(generator): \(text)")
            // A second reading takes the words from the cache.
            var again = TermList()
            reader.append(text.span, to: &again)
            #expect(again == list, "\(generator): \(text)")
        }
    }

    @Test("a word alone has the same terms as in its text")
    func words() throws {
        var generator = SeededGenerator(seed: .random(in: 0...UInt64.max))
        var reader = try TermReader(Analyzer())
        for _ in 0..<Self.rounds {
            let text = RandomText.bytes(using: &generator)
            for word in reader.words(of: text) {
                let alone = reader.words(of: Array(text[word.range]))
                #expect(alone.map(\.primary) == [word.primary], "\(generator): \(text)")
                #expect(alone.map(\.alternatives) == [word.alternatives], "\(generator): \(text)")
            }
        }
    }

    @Test("terms are distinct within a word, short, and UTF-8; ranges ascend within the text")
    func shape() throws {
        var generator = SeededGenerator(seed: .random(in: 0...UInt64.max))
        var reader = try TermReader(Analyzer())
        for _ in 0..<Self.rounds {
            let text = RandomText.bytes(using: &generator)
            var start = 0
            for word in reader.words(of: text) {
                let terms = [word.primary] + word.alternatives
                #expect(Set(terms).count == terms.count, "\(generator): \(text)")
                #expect(terms.allSatisfy { 1...64 ~= $0.count }, "\(generator): \(text)")
                #expect(terms.allSatisfy { String(validating: $0, as: UTF8.self) != nil }, "\(generator): \(text)")
                #expect(word.range.lowerBound >= start && word.range.upperBound <= text.count, "\(generator): \(text)")
                start = word.range.lowerBound
            }
        }
    }

    @Test("composed and decomposed characters have the same terms")
    func normalization() throws {
        var generator = SeededGenerator(seed: .random(in: 0...UInt64.max))
        var reader = try TermReader(Analyzer())
        for _ in 0..<Self.rounds {
            let text = RandomText.make(using: &generator)
            let composed = reader.terms(of: text.precomposedStringWithCanonicalMapping)
            #expect(reader.terms(of: text) == composed, "\(generator): \(text)")
            #expect(
                reader.terms(of: text.decomposedStringWithCanonicalMapping) == composed, "\(generator): \(text)")
        }
    }

    @Test("the short way for words of ASCII letters leads to the same terms")
    func shortcut() throws {
        var generator = SeededGenerator(seed: .random(in: 0...UInt64.max))
        var reader = try TermReader(Analyzer())
        for _ in 0..<Self.rounds {
            let letters = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                "aeinsSXY".randomElement(using: &generator) ?? "a"
            }
            let word = String(letters)
            // The soft hyphen is dropped, on the long way.
            #expect(reader.terms(of: word) == reader.terms(of: word + "\u{AD}"), "\(generator): \(word)")
        }
    }

    @Test("a reader that knows many words reads as a new one does")
    func cache() throws {
        var generator = SeededGenerator(seed: .random(in: 0...UInt64.max))
        var used = try TermReader(Analyzer())
        // More words than the cache holds, so that it is emptied on the way.
        for number in 0..<80_000 { _ = used.terms(of: "word\(number)") }
        for _ in 0..<200 {
            let text = RandomText.make(using: &generator)
            var fresh = try TermReader(Analyzer())
            #expect(used.terms(of: text) == fresh.terms(of: text), "\(generator): \(text)")
        }
    }

    @Test("each word finds itself in its text")
    func matches() throws {
        var generator = SeededGenerator(seed: .random(in: 0...UInt64.max))
        var reader = try TermReader(Analyzer())
        for _ in 0..<2_000 {
            let text = RandomText.bytes(using: &generator)
            for word in reader.words(of: text) {
                let matches = reader.occurrences(in: text, of: [word.primary]).map(\.range)
                #expect(matches.contains { $0.contains(word.range.lowerBound) }, "\(generator): \(text)")
                #expect(zip(matches, matches.dropFirst()).allSatisfy { $0.lowerBound < $1.lowerBound })
            }
        }
    }
}
