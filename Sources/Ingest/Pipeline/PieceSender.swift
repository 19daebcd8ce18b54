import Synchronization

/// Gathers work items to pieces and hands them to the encoder, as far as the permit allows.
final class PieceSender: Sendable {
    /// Tokens that are handed over in one piece.
    static let tokens = 8192
    /// Bytes after which a piece is handed over whatever its tokens are.
    static let bytes = 1 << 20
    /// What an item costs that has no passages.
    static let itemWeight = 1024

    private let permit: BytePermit
    private let pieces: AsyncStream<Piece>.Continuation
    private let count = Atomic(0)

    init(permit: BytePermit, pieces: AsyncStream<Piece>.Continuation) {
        self.permit = permit
        self.pieces = pieces
    }

    /// Hands over one piece, waiting for room.
    func send(_ piece: Piece) async {
        await permit.acquire(piece.weight)
        var piece = piece
        piece.number = count.add(1, ordering: .relaxed).oldValue
        pieces.yield(piece)
    }

    /// Nothing more will come.
    func finish() { pieces.finish() }
}
