import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("Mapped files")
struct MappedFileTests {
    @Test("have the file's bytes, even after its name is removed")
    func bytes() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path.appending("file")
        let contents = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
        try AtomicFile.replaceVolatile(contents, at: path)
        let file = try MappedFile(path)
        let shared = try SharedMapping(path)
        try Directory.removeFile(path)
        let (mapped, sharedBytes) = (file.bytes.array(0..<10_000), shared.bytes.array(0..<10_000))
        #expect(file.byteCount == 10_000)
        #expect(mapped == contents)
        #expect(shared.byteCount == 10_000)
        #expect(sharedBytes == contents)
    }

    @Test("an empty file is an empty span, a missing one or a directory an error")
    func edges() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path.appending("file")
        #expect(throws: PlatformError.self) { _ = try MappedFile(path) }
        #expect(throws: PlatformError.self) { _ = try SharedMapping(path) }
        #expect(throws: PlatformError.self) { _ = try MappedFile(scratch.path) }
        try AtomicFile.replaceVolatile([], at: path)
        let file = try MappedFile(path)
        let count = file.bytes.byteCount
        #expect(count == 0)
        let shared = try SharedMapping(path)
        let sharedCount = shared.bytes.byteCount
        #expect(sharedCount == 0)
    }
}
