import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct FileLeaseTests {
    @Test func isRefusedWhileSomebodyWrites() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path.appending("file")
        try AtomicFile.replaceVolatile([1], at: path)
        let reader = try OwnedDescriptor.open(path, OpenFlags.document)
        let writer = try OwnedDescriptor.open(path, OpenFlags.append)
        #expect(try FileLease.with(reader) { answer, _ in answer } == .writerPresent)
        try writer.close()
        let (answer, holds) = try FileLease.with(reader) { answer, holds in (answer, holds()) }
        #expect(answer == .granted)
        #expect(holds)
        // The lease has been released, so a writer does not wait.
        try OwnedDescriptor.open(path, OpenFlags.append).close()
    }

    @Test func survivesARename() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path.appending("file")
        try AtomicFile.replaceVolatile([1], at: path)
        let reader = try OwnedDescriptor.open(path, OpenFlags.document)
        let holds = try FileLease.with(reader) { (_, holds) throws(PlatformError) in
            try Directory.rename(path, to: scratch.path.appending("other"))
            return holds()
        }
        #expect(holds)
    }
}
