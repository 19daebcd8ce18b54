import Lexicon
import Platform
import Testing

@Suite("word boundaries")
struct WordBoundariesTests {
    @Test("Unicode's own test cases")
    func unicode() throws {
        let fixture = try Fixture.lines("WordBreakTest.txt").filter { $0.starts(with: "|") }
        #expect(fixture.count == 1_823)
        let boundaries = WordBoundaries(.standard)
        for line in fixture {
            // Boundaries are "|", and "-" stands between characters that stay together.
            var text: [UInt8] = []
            var expected: [Int] = []
            for field in line.split(separator: " ") where field != "-" {
                if field == "|" {
                    expected.append(text.count)
                } else if let scalar = UInt32(field, radix: 16).flatMap(Unicode.Scalar.init) {
                    text += Array(String(scalar).utf8)
                }
            }
            var found = [0]
            while let last = found.last, last < text.count {
                found.append(boundaries.segment(of: text.span, from: last).end)
            }
            #expect(found == expected, "\(line)")
        }
    }
}
