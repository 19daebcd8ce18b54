import Lexicon
import Testing

@Suite("the examples of the rules")
struct TermExamplesTests {
    @Test("each row holds")
    func rows() throws {
        var reader = try TermReader(Analyzer())
        let rows = try Fixture.rules().filter { $0.starts(with: "| `") }
        #expect(rows.count == 36)
        for row in rows {
            let cells = row.split(separator: "|").map { String($0.dropFirst().dropLast().filter { $0 != "`" }) }
            #expect(reader.described(cells[0]).joined(separator: " · ") == cells[1], "\(row)")
        }
    }
}
