import Console
import Testing

@Suite("Numbers as people read them")
struct FiguresTests {
    @Test(arguments: [
        (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (28_464, "28,464"), (100_000, "100,000"),
        (1_000_000, "1,000,000"), (-1, "-1"), (-999, "-999"), (-1000, "-1,000"), (.max, "9,223,372,036,854,775,807"),
        (.min, "-9,223,372,036,854,775,808"),
    ])
    func grouped(value: Int, text: String) {
        #expect(Figures.grouped(value) == text)
    }

    @Test(arguments: [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1000, "1,000 rows"), (-1, "-1 rows")])
    func counted(value: Int, text: String) {
        #expect(Figures.counted(value, "row") == text)
    }

    @Test(
        arguments: [
            (0, 2, "0.00"), (0.7312, 4, "0.7312"), (0.7312, 3, "0.731"), (0.0625, 4, "0.0625"), (1.5, 0, "2"),
            (0.004, 2, "0.00"), (-0.004, 2, "0.00"), (-0.5, 1, "-0.5"), (0.999, 2, "1.00"), (-0.999, 2, "-1.00"),
            (12.05, 2, "12.05"), (1e12, 2, "1000000000000.0"), (.infinity, 2, "inf"), (-.infinity, 2, "-inf"),
            (.nan, 2, "nan"),
        ] as [(Double, Int, String)])
    func decimals(value: Double, count: Int, text: String) {
        #expect(Figures.decimals(value, count) == text)
    }

    @Test(arguments: [(0, "0.00 %"), (0.0065, "0.65 %"), (1, "100.00 %"), (0.00004, "0.00 %"), (0.00006, "0.01 %")])
    func percent(share: Double, text: String) {
        #expect(Figures.percent(share) == text)
    }

    @Test(arguments: [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
        (999_999_999, "1.0 GB"), (3_200_000, "3.2 MB"),
        (1_500_000_000, "1.5 GB"), (2_000_000_000_000, "2.0 TB"), (5_000_000_000_000_000, "5000.0 TB"),
    ])
    func bytes(count: Int, text: String) {
        #expect(Figures.bytes(count) == text)
    }
}
