import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("Atomic files")
struct AtomicFileTests {
    private let scratch: ScratchDirectory
    private var path: FilePath { scratch.path.appending("file") }

    init() throws {
        scratch = try ScratchDirectory()
    }

    private func names() throws -> [String] {
        try Directory.entries(of: scratch.path).map(\.name.string)
    }

    @Test("write replaces, and leaves nothing else")
    func write() throws {
        try AtomicFile.write([1, 2], to: path)
        try AtomicFile.write([3], to: path, mode: 0o600)
        #expect(try FileContents.read(path) == [3])
        #expect(try FileStatus.of(path).permissions == 0o600)
        try AtomicFile.replaceVolatile([4, 5], at: path)
        #expect(try FileContents.read(path) == [4, 5])
        #expect(try names() == ["file"])
    }

    @Test("create refuses a name that is taken, and leaves it as it was")
    func create() throws {
        try AtomicFile.create([1], at: path)
        let error = #expect(throws: PlatformError.self) { try AtomicFile.create([2], at: path) }
        #expect(error?.cause == .fileExists)
        #expect(try FileContents.read(path) == [1])
        #expect(try names() == ["file"])
    }

    @Test("a directory that is not there, or that cannot be replaced: an error, nothing left")
    func failures() throws {
        let missing = scratch.path.appending("missing").appending("file")
        #expect(throws: PlatformError.self) { try AtomicFile.write([1], to: missing) }
        #expect(throws: PlatformError.self) { try AtomicFile.create([1], at: missing) }
        #expect(throws: PlatformError.self) { try AtomicFile.replaceVolatile([1], at: missing) }
        try Directory.create(path)
        #expect(throws: PlatformError.self) { try AtomicFile.write([1], to: path) }
        #expect(throws: PlatformError.self) { try AtomicFile.replaceVolatile([1], at: path) }
        #expect(try names() == ["file"])
    }

    @Test("names of 255 bytes have room for their temporary file")
    func longName() throws {
        let long = scratch.path.appending(String(repeating: "ü", count: 127) + "x")
        try AtomicFile.create([7], at: long)
        #expect(try FileContents.read(long) == [7])
        #expect(try names().count == 1)
    }

    @Test("one of many that create the same name at once succeeds")
    func race() async throws {
        let path = path
        let winners = await withTaskGroup(of: UInt8?.self) { group in
            for number in 0..<8 as Range<UInt8> {
                group.addTask {
                    do throws(PlatformError) {
                        try AtomicFile.create([number], at: path)
                        return number
                    } catch {
                        return nil
                    }
                }
            }
            return await group.reduce(into: [UInt8]()) { if let number = $1 { $0.append(number) } }
        }
        #expect(winners.count == 1)
        #expect(try FileContents.read(path) == winners)
        #expect(try names() == ["file"])
    }
}
