import Glibc
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("Owned descriptors")
struct OwnedDescriptorTests {
    @Test("write everything, read in pieces, return the status")
    func readAndWrite() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path.appending("file")
        let contents = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        // Bits that no usual umask takes away.
        let writer = try OwnedDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o700)
        try writer.write(contents.rawSpan)
        try writer.write([UInt8]().rawSpan)
        try writer.synchronize()
        let status = try writer.status()
        #expect(status.size == 300_000)
        #expect(status.kind == .regular)
        #expect(status.permissions == 0o700)
        try writer.close()
        let reader = try OwnedDescriptor.open(path, O_RDONLY)
        var found: [UInt8] = []
        while true {
            let piece = try reader.read(atMost: 70_000)
            if piece.isEmpty { break }
            #expect(piece.count <= 70_000)
            found += piece
        }
        #expect(found == contents)
        let error = #expect(throws: PlatformError.self) {
            let again = try OwnedDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL)
            try again.close()
        }
        #expect(error?.cause == .fileExists)
        #expect(error?.path == path)
    }

    @Test("close when they go out of scope: the other end of a pipe sees the end")
    func closing() throws {
        let pipe = try FileDescriptor.pipe()
        let reader = OwnedDescriptor(adopting: pipe.readEnd.rawValue, path: "pipe")
        do {
            let writer = OwnedDescriptor(adopting: pipe.writeEnd.rawValue, path: "pipe")
            try writer.write(([1, 2, 3] as [UInt8]).rawSpan)
        }
        #expect(try reader.read(atMost: 10) == [1, 2, 3])
        #expect(try reader.read(atMost: 10) == [])
    }

    @Test("a full device and a wrong descriptor are errors with a cause")
    func failures() throws {
        let full = try OwnedDescriptor.open("/dev/full", O_WRONLY)
        let error = #expect(throws: PlatformError.self) { try full.write(([1] as [UInt8]).rawSpan) }
        #expect(error?.cause == .noSpace)
        let reader = try OwnedDescriptor.open("/dev/null", O_RDONLY)
        #expect(throws: PlatformError.self) { try reader.write(([1] as [UInt8]).rawSpan) }
    }
}
