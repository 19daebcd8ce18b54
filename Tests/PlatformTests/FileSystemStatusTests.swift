import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct FileSystemStatusTests {
    @Test func tellsOfTheFileSystemUnderAPath() throws {
        let scratch = try ScratchDirectory()
        let status = try FileSystemStatus(of: scratch.path)
        #expect(status.availableBytes > 0)
        #expect(!status.isReadOnly)
        #expect(try FileSystemStatus(of: "/proc").magic == 0x9FA0)
        #expect(throws: PlatformError.self) { try FileSystemStatus(of: "/nowhere") }
        try OpenDirectory(scratch.path).synchronizeFileSystem()
    }
}
