import Encoding
import Testing

@Suite(.timeLimit(.minutes(10))) struct EncoderPoolTests {
    private let model: SentenceModel

    init() throws { model = try SentenceModel(ModelFixture.tiny("mean-40"), compute: .float32) }

    @Test func manyCallersGetTheirOwnRowsInOrder() async throws {
        let sequences: [[Int32]] = (0..<200).map { [2, Int32(5 + $0 % 40), Int32(5 + $0 % 7), 3] }
        try await EncoderPool.with(model, workers: 2, tokenLimit: 32) { encoder in
            let expected = try await encoder.encode(sequences)
            let rows = try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
                for (index, sequence) in sequences.enumerated() {
                    group.addTask {
                        (
                            index,
                            try await encoder.encode([sequence], lane: index % 3 == 0 ? .interactive : .bulk).values
                        )
                    }
                }
                return try await group.reduce(into: [Int: [Float]]()) { $0[$1.0] = $1.1 }
            }
            #expect(rows.count == 200)
            for (index, row) in rows {
                #expect(zip(row, expected[index]).allSatisfy { abs($0 - $1) <= 1e-6 })
            }
        }
    }

    @Test("callers who give up at the moment of the answer hang nobody", arguments: [Lane.interactive, .bulk])
    func givingUp(lane: Lane) async throws {
        try await EncoderPool.with(model, workers: 2, tokenLimit: 32) { encoder in
            for round in 0..<3000 {
                let caller = Task { try await encoder.encode([[2, Int32(5 + round % 40), 3]], lane: lane).count }
                for _ in 0..<round % 37 { await Task.yield() }
                caller.cancel()
                #expect([1, nil].contains(try? await caller.value))
            }
        }
    }

    @Test(
        "what the model cannot take", arguments: [[], [Int32](repeating: 5, count: 41), [2, 10_000, 3], [2, -1, 3]])
    func refuses(_ sequence: [Int32]) async throws {
        try await EncoderPool.with(model, workers: 1) { encoder in
            let error = await #expect(throws: EncodingError.self) { try await encoder.encode([[2, 3], sequence]) }
            #expect(error?.code == .input)
            #expect(error?.message.contains("sequence 1") == true)
        }
    }

    @Test func nothingToEncode() async throws {
        try await EncoderPool.with(model, workers: 1) { encoder in
            let none = try await encoder.encode([])
            #expect(none.count == 0)
        }
    }

    @Test func closedEncoderRefuses() async throws {
        let encoder = try EncoderPool(model, workers: 1)
        encoder.close()
        await encoder.run()
        let error = await #expect(throws: EncodingError.self) { try await encoder.encode([[2, 3]]) }
        #expect(error?.code == .closed)
    }

    @Test func cancelledCallerIsReleased() async throws {
        // Nobody computes: only cancellation can end the call.
        let encoder = try EncoderPool(model, workers: 1)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await encoder.encode([[2, 3]]) }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        encoder.close()
        await encoder.run()
    }
}
