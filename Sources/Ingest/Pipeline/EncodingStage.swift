import Encoding
import Platform

/// The second stage: gives passages to the encoder, several batches at a time, and keeps the order of the claims.
struct EncodingStage {
    let context: PipelineContext
    let input: Conduit<[WorkItem]>
    let output: OrderedResults<[EncodedItem]>

    func run() async throws {
        defer {
            input.abandon()
            output.finish()
        }
        try await withThrowingDiscardingTaskGroup { group in
            while let items = await input.receive() {
                guard let number = await output.begin() else { return }
                group.addTask {
                    output.put(try await encode(items), at: number)
                }
            }
        }
    }

    private func encode(_ items: [WorkItem]) async throws -> [EncodedItem] {
        var sequences: [[Int32]] = []
        for case .document(let document) in items { sequences += document.passages.map(\.tokens) }
        let vectors: [Float]
        do {
            vectors = try await encode(sequences)
        } catch let error as EncodingError where error.code == .input {
            return try await encodeOneByOne(items)
        }
        let dimension = context.model.identity.dimension
        let tokens = sequences.reduce(0) { $0 + $1.count }
        context.board.note { $0.tokensEncoded += tokens }
        var row = 0
        return items.map { item in
            switch item {
            case .end(let end): return .end(end)
            case .document(let document):
                let next = row + document.passages.count
                let part = Array(vectors[row * dimension..<next * dimension])
                row = next
                return .document(
                    EncodedDocument(
                        prepared: document, vectors: part, fault: Self.fault(in: part),
                        charge: document.charge(dimension: dimension)))
            }
        }
    }

    /// Finds the document that the encoder refuses; its neighbours are not to suffer.
    private func encodeOneByOne(_ items: [WorkItem]) async throws -> [EncodedItem] {
        var encoded: [EncodedItem] = []
        for item in items {
            switch item {
            case .end(let end): encoded.append(.end(end))
            case .document(let document):
                let charge = document.charge(dimension: context.model.identity.dimension)
                do {
                    let vectors = try await encode(document.passages.map(\.tokens))
                    encoded.append(
                        .document(
                            EncodedDocument(
                                prepared: document, vectors: vectors, fault: Self.fault(in: vectors), charge: charge)))
                } catch let error as EncodingError where error.code == .input {
                    encoded.append(
                        .document(
                            EncodedDocument(
                                prepared: document, vectors: [], fault: .encoder("\(error)"), charge: charge)))
                }
            }
        }
        return encoded
    }

    /// Known before the commit, so that what is to be said of it is on disk before the rest of its file is committed.
    private static func fault(in vectors: [Float]) -> DocumentFault? {
        vectors.allSatisfy(\.isFinite) ? nil : .encoder("a vector has a value that is not a number")
    }

    /// Encodes any number of sequences in pieces, so that a long document does not need all its room at once.
    private func encode(_ sequences: [[Int32]]) async throws -> [Float] {
        var pieces: [Range<Int>] = []
        var start = 0
        var tokens = 0
        for (index, sequence) in sequences.enumerated() {
            if tokens > 0, tokens + sequence.count > IntakeStage.batchTokens {
                pieces.append(start..<index)
                start = index
                tokens = 0
            }
            tokens += sequence.count
        }
        if start < sequences.count { pieces.append(start..<sequences.count) }
        guard pieces.count > 1 else {
            return sequences.isEmpty ? [] : try await context.model.encode(sequences).values
        }
        let dimension = context.model.identity.dimension
        return try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
            for piece in pieces {
                group.addTask {
                    (piece.lowerBound, try await context.model.encode(Array(sequences[piece])).values)
                }
            }
            var vectors = [Float](repeating: 0, count: sequences.count * dimension)
            for try await (row, values) in group {
                vectors.replaceSubrange(row * dimension..<row * dimension + values.count, with: values)
            }
            return vectors
        }
    }
}
