import Platform
import Spool
import Testing

@Suite("What folders hold")
struct FolderUsageTests {
    @Test("sizes that no number can count are as large as numbers go")
    func largeSizes() {
        var sum = 1
        sum.add(size: 2)
        #expect(sum == 3)
        sum.add(size: .max)
        #expect(sum == .max)
        #expect(FolderUsage.perDay(week: .max, oldest: 0, now: 1) == .max)
        #expect(FolderUsage.perDay(week: 14, oldest: 0, now: 14 * RealTime.nanosecondsOfDay) == 2)
    }
}
