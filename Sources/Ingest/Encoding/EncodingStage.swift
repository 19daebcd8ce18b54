import Documents
import Encoding
import Identity
import Indexing

/// The second stage: gives passages to the encoder, several pieces at a time, and keeps their order.
struct EncodingStage {
    let context: PipelineContext
    let encoding: OrderedEncoding<Piece, EncodedPiece>

    /// How long what is in flight is still encoded once the daemon is asked to stop.
    private static let grace = Duration.seconds(4)

    /// Runs until the intake has ended; when the daemon is asked to stop, what is not encoded soon is given up.
    func run() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await encoding.run { try await encode($0) }
                return true
            }
            group.addTask {
                await context.board.stopping.wait()
                try? await Task.sleep(for: Self.grace)
                return false
            }
            while let isOver = try await group.next() {
                group.cancelAll()
                if isOver { return }
            }
        }
    }

    /// - Returns: nil for a piece that is given up because the daemon stops: neither it nor what follows is committed.
    private func encode(_ piece: Piece) async throws -> EncodedPiece? {
        let sequences = piece.sequences
        do {
            let vectors = sequences.isEmpty ? [] : try await context.model.encode(sequences, lane: context.lane).values
            note(piece)
            return EncodedPiece(piece: piece, vectors: vectors)
        } catch let error as EncodingError where error.code == .input {
            return try await encodeOneByOne(piece)
        } catch let error as EncodingError where error.code == .closed {
            return nil
        } catch is CancellationError {
            return nil
        }
    }

    /// Finds the document that the encoder refuses; its neighbours are not to suffer.
    private func encodeOneByOne(_ piece: Piece) async throws -> EncodedPiece? {
        var encoded = EncodedPiece(piece: piece)
        let dimension = context.model.identity.dimension
        for (place, item) in piece.items.enumerated() {
            guard case .passages(let passages) = item else { continue }
            do {
                encoded.vectors += try await context.model.encode(passages.map(\.tokens), lane: context.lane).values
            } catch let error as EncodingError where error.code == .input {
                encoded.refusals[place] = .encoder("\(error)")
                encoded.vectors += [Float](repeating: 0, count: passages.count * dimension)
            } catch let error as EncodingError where error.code == .closed {
                return nil
            } catch is CancellationError {
                return nil
            }
        }
        note(piece)
        return encoded
    }

    private func note(_ piece: Piece) {
        let passages = piece.rowCount
        context.progress { progress, _ in progress.encoded(passages) }
        context.board.note { $0.tokensEncoded += piece.tokens }
    }
}
