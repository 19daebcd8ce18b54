import Identity
import Testing

@Suite struct ClaimNameTests {
    static let values: [(Int64, UInt64, Int)] = [
        (0, 0, 0), (1_795_000_000_123_456_789, 42, 1), (.max, 2_821_109_907_455, .max),
    ]

    @Test(arguments: values) func comesBackAsItWas(time: Int64, random: UInt64, size: Int) throws {
        let name = ClaimName(time: time, random: random, boot: "a1b2", size: size)
        #expect(ClaimName(name.text) == name)
    }

    @Test func sortsByTime() {
        let names = [5, 1_000, 1_795_000_000_123_456_789].map {
            ClaimName(time: $0, random: 9, boot: "abcd", size: 3).text
        }
        #expect(names == names.sorted())
    }

    @Test func isLaterThanWhatWasSeen() {
        let future = ClaimName(time: 4_000_000_000_000_000_000, random: 1, boot: "abcd", size: 1)
        future.observe()
        #expect(ClaimName.fresh(size: 1).time > future.time)
        #expect(ClaimName.fresh(size: 1).isOfThisBoot)
    }

    @Test(arguments: [
        "", "work", "0dn2yhhbm3xe3irka5rxi.fcc0", "0dn2yhhbm3xe3irka5rxi.fcc0.l94s.x", "0dn2yhhbm3xe3irka5rxi.fcc0.-1",
        "0dn2yhhbm3xe3irka5rxi.fcc0.L94S", "0dn2yhhbm3xe3irka5rxi.fcc0.00", "0dn2yhhbm3xe3irka5rx.fcc0.1",
        "zzzzzzzzzzzzzzzzzzzzz.fcc0.1", ".hidden", "0dn2yhhbm3xe3irka5rxi.fcc0.zzzzzzzzzzzzzz",
    ])
    func refusesOtherNames(text: String) {
        #expect(ClaimName(text) == nil)
    }
}
