import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct FileLockTests {
    @Test func turnsTheSecondAwayAndNamesTheFirst() throws {
        let scratch = try ScratchDirectory()
        do {
            let lock = try FileLock(in: OpenDirectory(scratch.path), "lock")
            let error = #expect(throws: PlatformError.self) { _ = try FileLock(in: OpenDirectory(scratch.path), "lock") }
            #expect(error?.code == .busy)
            #expect(error?.detail?.contains("\(ProcessTable.current)") == true)
            withExtendedLifetime(lock) {}
        }
        _ = try FileLock(in: OpenDirectory(scratch.path), "lock")
    }
}
