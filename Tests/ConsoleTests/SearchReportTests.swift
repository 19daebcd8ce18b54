import Console
import Encoding
import Testing

@Suite struct SearchReportTests {
    @Test(
        "a different arithmetic is reported only where it matters",
        arguments: [
            ("int8", Compute.float32, true), ("int8", .bfloat16, true), ("int8", .int8, false),
            ("bfloat16", .float32, false), ("float32", .bfloat16, false),
        ])
    func substitution(_ named: String, _ compute: Compute, _ isTold: Bool) {
        let note = SearchReport.substitution(of: named, by: compute)
        #expect((note != nil) == isTold)
        #expect(note.map { $0.contains("int8") && $0.contains(compute.rawValue) && $0.hasSuffix("\n") } ?? true)
    }
}
