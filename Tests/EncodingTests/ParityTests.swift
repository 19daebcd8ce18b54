import Encoding
import SystemPackage
import Testing

/// The vectors equal those of sentence-transformers 6.2 (fixtures by `Fixtures/make_parity.py`).
@Suite struct ParityTests {
    @Test("232 texts of many kinds and languages", arguments: Compute.supported)
    func matchesSentenceTransformers(_ compute: Compute) async throws {
        let model = try SentenceModel(ModelFixture.defaultModel, compute: compute)
        let texts = try ModelFixture.textLines(ModelFixture.fixtures.appending("parity.jsonl"))
        let expected = try ModelFixture.floats(ModelFixture.fixtures.appending("parity.npy"))
        #expect(texts.count >= 200)
        let actual = try await EncoderPool.with(model, workers: 2) { encoder in
            try await encoder.encode(texts.map(\.ids))
        }
        for text in texts {
            #expect(model.tokenizer.sequence(Array(text.text.utf8), maximumLength: model.maximumLength).ids == text.ids)
        }
        let difference = Difference(actual, expected)
        switch compute {
        case .float32:
            #expect(difference.leastCosine >= 0.999999)
            #expect(difference.largest <= 1e-5)
        case .bfloat16:
            #expect(difference.leastCosine >= 0.9999)
        case .int8:
            #expect(difference.leastCosine >= 0.99)
        }
    }

    @Test("models of other shapes", arguments: ["cls-48", "mean-40", "mean-128"], Compute.supported)
    func matchesOtherShapes(_ name: String, _ compute: Compute) async throws {
        let folder = ModelFixture.tiny(name)
        let model = try SentenceModel(folder, compute: compute)
        #expect(model.folder.configuration.maximumLength == 40)
        let texts = try ModelFixture.texts(folder.appending("expected.json"))
        let expected = try ModelFixture.floats(folder.appending("expected.npy"))
        let actual = try await EncoderPool.with(model, workers: 1) { encoder in
            try await encoder.encode(texts.map(\.ids))
        }
        for text in texts {
            #expect(model.tokenizer.sequence(Array(text.text.utf8), maximumLength: model.maximumLength).ids == text.ids)
        }
        let difference = Difference(actual, expected)
        switch compute {
        case .float32:
            #expect(difference.leastCosine >= 0.999999)
            #expect(difference.largest <= 1e-5)
        case .bfloat16:
            #expect(difference.leastCosine >= 0.999)
        case .int8:
            #expect(difference.leastCosine >= 0.97)
        }
    }

    @Test("a text alone and in any batch", arguments: Compute.supported)
    func companyDoesNotMatter(_ compute: Compute) async throws {
        let model = try SentenceModel(ModelFixture.defaultModel, compute: compute)
        let texts = try ModelFixture.textLines(ModelFixture.fixtures.appending("parity.jsonl"))
        // Every sixth text: short, long and empty ones are among them.
        let chosen = stride(from: 0, to: texts.count, by: 6).map { texts[$0].ids }
        let (together, reversed, alone) = try await EncoderPool.with(model, workers: 2) { encoder in
            var alone: [Float] = []
            for ids in chosen { alone += try await encoder.encode([ids], lane: .interactive).values }
            return (
                try await encoder.encode(chosen), try await encoder.encode(chosen.reversed()), alone
            )
        }
        #expect(Difference(together, alone).largest <= 1e-6)
        let restored = (0..<reversed.count).reversed().flatMap { reversed[$0] }
        #expect(Difference(together, restored).largest <= 1e-6)
    }
}
