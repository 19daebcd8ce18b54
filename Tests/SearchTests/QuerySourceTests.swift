import Quantization
import Search
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite("Queries as they come")
struct QuerySourceTests {
    /// What happened, in its order.
    private final class Record: Sendable {
        private let events = Mutex<[String]>([])

        var all: [String] { events.withLock { $0 } }
        func add(_ event: String) { events.withLock { $0.append(event) } }
    }

    /// A source of given pieces: queries that are there at once, and nothing where they must be waited for.
    private actor PieceSource: QuerySource {
        private var pieces: [[Query]]
        private let record: Record
        private let failure: (any Error)?

        init(_ pieces: [[Query]], _ record: Record, failure: (any Error)? = nil) {
            self.pieces = pieces
            self.record = record
            self.failure = failure
        }

        func next(atMost count: Int, waiting: Bool) throws -> [Query]? {
            guard let piece = pieces.first else {
                if let failure { throw failure }
                return nil
            }
            if piece.isEmpty, !waiting { return [] }
            if piece.isEmpty {
                record.add("waited")
                pieces.removeFirst()
                return try next(atMost: count, waiting: waiting)
            }
            pieces.removeFirst()
            return piece
        }
    }

    private struct Fault: Error {}

    /// Queries of which each means a vector of the index by the row's number.
    private static func query(_ row: Int, _ index: SyntheticIndex) -> Query {
        Query(id: "\(row)", vector: QueryVector(index.vectors[row]))
    }

    private static func answer(
        _ pieces: [[Int]], failure: (any Error)? = nil, deliver: (([QueryAnswer]) throws -> Void)? = nil
    ) async throws -> [String] {
        var index = try SyntheticIndex(.float32, seed: 5)
        try index.commit(documents: 0..<20)
        let record = Record()
        let source = PieceSource(pieces.map { $0.map { query($0, index) } }, record, failure: failure)
        var options = SearchOptions(mode: .semantic)
        options.isByVectors = true
        do {
            try await Searcher.with(index: index.directory, model: "/nonexistent", options) { searcher in
                try await searcher.answer(source, HitPage(limit: 1)) { answers in
                    for answer in answers {
                        let hit = try #require(answer.hits.first)
                        let row = try #require(Int(answer.query.label))
                        #expect(hit.document == "d\(row / 3)" && hit.passage == row % 3)
                    }
                    record.add(answers.map(\.query.label).joined(separator: " "))
                    try deliver?(answers)
                }
            }
        } catch is Fault {
            record.add("fault")
        }
        return record.all
    }

    @Test(
        "what is there is answered before more is waited for",
        arguments: [
            ([], []), ([[]], ["waited"]), ([[1], [2, 3], [4]], ["1", "2 3", "4"]),
            ([[], [1], [], [2, 3], [4], [], []], ["waited", "1", "waited", "2 3", "4", "waited", "waited"]),
        ] as [([[Int]], [String])])
    func order(pieces: [[Int]], expected: [String]) async throws {
        #expect(try await Self.answer(pieces) == expected)
    }

    @Test("what comes before a fault is answered")
    func fault() async throws {
        #expect(try await Self.answer([[1, 2], [3]], failure: Fault()) == ["1 2", "3", "fault"])
    }

    @Test("an answer that cannot be delivered ends the search, and nothing is waited for")
    func undelivered() async throws {
        #expect(try await Self.answer([[1], [], [2]]) { _ in throw Fault() } == ["1", "fault"])
    }

    @Test("a list is given in parts")
    func list() async throws {
        let list = QueryList((0..<5).map { Query(text: "\($0)") })
        var parts: [[String]] = []
        while let part = await list.next(atMost: 2, waiting: true) { parts.append(part.map(\.text)) }
        #expect(parts == [["0", "1"], ["2", "3"], ["4"]])
    }
}
