import Platform
import Testing

@Suite struct RealTimeTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (1_795_000_509, "2026-11-18T11:15:09Z"),
        (-1, "1969-12-31T23:59:59Z"), (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
    ])
    func writesDates(seconds: Int64, expected: String) {
        #expect(RealTime(nanoseconds: seconds * 1_000_000_000).timestamp == expected)
    }
}
