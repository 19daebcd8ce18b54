import Platform
import Testing

@Suite struct SharedBitsTests {
    @Test(arguments: [1, 63, 64, 65, 1000])
    func bitsAreSetOneByOne(count: Int) {
        let bits = SharedBits(count: count)
        for index in stride(from: 0, to: count, by: 3) { bits.insert(index) }
        #expect((0..<count).filter(bits.contains) == Array(stride(from: 0, to: count, by: 3)))
    }

    @Test func noThreadLosesABitOfAnother() {
        let bits = SharedBits(count: 4096)
        _ = SideBySide.run(
            name: "even", aside: { for index in stride(from: 0, to: 4096, by: 2) { bits.insert(index) } },
            here: { for index in stride(from: 1, to: 4096, by: 2) { bits.insert(index) } })
        #expect((0..<4096).allSatisfy(bits.contains))
    }
}
