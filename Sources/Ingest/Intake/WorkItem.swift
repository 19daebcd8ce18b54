import Encoding
import Identity
import Indexing
import Shards

/// What flows from the intake to the commit, in the order of the claims: passages of a document, the document, the file.
enum WorkItem: Sendable {
    /// Passages of the document that is open; it opens with its first ones.
    case passages([PreparedPassage])
    /// Rows that the index has already, of the document that is open.
    case stored(StoredRows.Rows)
    /// What came of the document that is open is void; it begins anew.
    case void
    /// The document whose passages came before is complete.
    case document(ShardDocument)
    /// The file cannot be read on; it comes again under the same claim.
    case deferred(Ticket)
    /// What came of the file that is open is void; the file itself has gone its way already.
    case withdrawn
    /// All documents of a file have come.
    case end(Ticket)
}

/// As much as goes to the encoder in one request.
struct Piece: Sendable {
    var items: [WorkItem] = []
    var tokens = 0
    /// What it was charged for.
    var weight = 0

    var isEmpty: Bool { items.isEmpty }

    /// Passages in it.
    var rowCount: Int {
        items.reduce(0) { count, item in
            switch item {
            case .passages(let passages): count + passages.count
            case .stored(let rows): count + rows.passages.count
            case .void, .document, .deferred, .withdrawn, .end: count
            }
        }
    }

    /// Files that end in it.
    var endCount: Int {
        items.reduce(0) { if case .end = $1 { $0 + 1 } else { $0 } }
    }

    /// The model's input, in order.
    var sequences: [[Int32]] {
        items.flatMap { item -> [[Int32]] in
            if case .passages(let passages) = item { passages.map(\.tokens) } else { [] }
        }
    }
}

/// A piece that comes from the encoder.
struct EncodedPiece: Sendable {
    var piece: Piece
    /// `passages * dimension` floats; empty rows of refused passages are zeros.
    var vectors: [Float] = []
    /// Why the encoder refuses the passages of an item, by the item's place.
    var refusals: [Int: DocumentFault] = [:]
}

/// Gathers work items to pieces and hands them to the encoder, as far as the permit allows.
final class PieceSender: Sendable {
    /// Tokens that are handed over in one piece.
    static let tokens = 8192
    /// Bytes after which a piece is handed over whatever its tokens are.
    static let bytes = 1 << 20
    /// What an item costs that has no passages.
    static let itemWeight = 1024

    private let permit: BytePermit
    private let encoding: OrderedEncoding<Piece, EncodedPiece>

    init(permit: BytePermit, encoding: OrderedEncoding<Piece, EncodedPiece>) {
        self.permit = permit
        self.encoding = encoding
    }

    /// Hands over one piece, waiting for room.
    func send(_ piece: Piece) async {
        await permit.acquire(piece.weight)
        await encoding.send(piece)
    }

    /// Nothing more will come.
    func finish() { encoding.finishSending() }
}
