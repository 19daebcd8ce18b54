import Encoding
import Foundation
import Platform
import SystemPackage
import TestSupport
import Testing

/// The quality of int8: an index of its vectors must answer almost like one of float32's.
@Suite struct IntegerQualityTests {
    private static let passages = 2000
    private static let nearest = 10

    @Test("2,000 passages keep their nearest", .enabled(if: Compute.int8.isSupported), arguments: [UInt64(1)])
    func keepsNeighbours(_ seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let words = try ModelFixture.sampleWords()
        let texts = (0..<Self.passages).map { _ in Self.passage(words, &generator) }
        let exact = try await Self.vectors(texts, .float32)
        let coded = try await Self.vectors(texts, .int8)
        let cosines = (0..<Self.passages).map { Self.dot(exact, row: $0, other: coded, otherRow: $0) }
        let mean = cosines.reduce(0, +) / Float(Self.passages)
        let least = try #require(cosines.min())
        let kept = (0..<Self.passages).reduce(0) { kept, passage in
            kept + Self.neighbours(of: passage, exact).intersection(Self.neighbours(of: passage, coded)).count
        }
        let overlap = Double(kept) / Double(Self.passages * Self.nearest)
        #expect(mean >= 0.998, "\(generator)")
        #expect(least >= 0.99, "\(generator)")
        #expect(overlap >= 0.96, "\(generator)")
    }

    /// Six runs of three to eight words: no two passages are alike, as in a real collection, but they share themes.
    private static func passage(_ words: [String], _ generator: inout SeededGenerator) -> String {
        (0..<6).map { _ in
            let first = Int.random(in: 0..<words.count - 8, using: &generator)
            return words[first..<first + Int.random(in: 3...8, using: &generator)].joined(separator: " ")
        }.joined(separator: " ")
    }

    private static func vectors(_ texts: [String], _ compute: Compute) async throws -> Embeddings {
        let model = try SentenceModel(ModelFixture.defaultModel, compute: compute)
        let sequences = texts.map { model.tokenizer.sequence(Array($0.utf8), maximumLength: model.maximumLength).ids }
        return try await EncoderPool.with(model, workers: 2) { try await $0.encode(sequences) }
    }

    private static func dot(_ one: Embeddings, row: Int, other: Embeddings, otherRow: Int) -> Float {
        let (first, second) = (one.values.span, other.values.span)
        let (start, otherStart) = (row * one.dimension, otherRow * one.dimension)
        // Independent sums, because this runs eight million times.
        var sums = SIMD8<Float>.zero
        for index in stride(from: 0, to: one.dimension, by: 8) {
            for lane in 0..<8 { sums[lane] += first[start + index + lane] * second[otherStart + index + lane] }
        }
        return sums.sum()
    }

    private static func neighbours(of passage: Int, _ vectors: Embeddings) -> Set<Int> {
        var best: [(score: Float, row: Int)] = []
        for row in 0..<vectors.count where row != passage {
            let score = dot(vectors, row: passage, other: vectors, otherRow: row)
            guard best.count < nearest || score > best[nearest - 1].score else { continue }
            best.insert((score, row), at: best.firstIndex { $0.score < score } ?? best.count)
            if best.count > nearest { best.removeLast() }
        }
        return Set(best.map(\.row))
    }
}
