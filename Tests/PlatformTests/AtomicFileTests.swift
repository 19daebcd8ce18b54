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

    private func publish(_ bytes: [UInt8], as name: FilePath.Component = "file", isReplacing: Bool)
        throws(PlatformError)
    {
        let directory = try OpenDirectory(scratch.path)
        if case .unknown(let error) = try directory.publish(bytes, as: name, mode: 0o600, isReplacing: isReplacing) {
            throw error
        }
    }

    @Test("replacing a file leaves nothing else behind")
    func replace() throws {
        try publish([1, 2], isReplacing: true)
        try publish([3], isReplacing: true)
        #expect(try FileContents.read(path) == [3])
        #expect(try FileStatus.of(path).permissions == 0o600)
        try AtomicFile.replaceVolatile([4, 5], at: path)
        #expect(try FileContents.read(path) == [4, 5])
        #expect(try names() == ["file"])
    }

    @Test("an existing name is refused, and its file is unchanged")
    func create() throws {
        try publish([1], isReplacing: false)
        let error = #expect(throws: PlatformError.self) { try publish([2], isReplacing: false) }
        #expect(error?.cause == .fileExists)
        #expect(try FileContents.read(path) == [1])
        #expect(try names() == ["file"])
    }

    @Test("a missing or irreplaceable directory: an error, and nothing left behind")
    func failures() throws {
        let missing = scratch.path.appending("missing").appending("file")
        #expect(throws: PlatformError.self) { try AtomicFile.replaceVolatile([1], at: missing) }
        try Directory.create(path)
        #expect(throws: PlatformError.self) { try publish([1], isReplacing: true) }
        #expect(throws: PlatformError.self) { try AtomicFile.replaceVolatile([1], at: path) }
        #expect(try names() == ["file"])
    }

    @Test("names of 255 bytes have room for their temporary file")
    func longName() throws {
        let long = try #require(FilePath.Component(String(repeating: "ü", count: 127) + "x"))
        try publish([7], as: long, isReplacing: false)
        #expect(try FileContents.read(scratch.path.appending(long)) == [7])
        #expect(try names().count == 1)
    }

    @Test("one of many that create the same name at once succeeds")
    func race() async throws {
        let winners = await withTaskGroup(of: UInt8?.self) { group in
            for number in 0..<8 as Range<UInt8> {
                group.addTask {
                    do throws(PlatformError) {
                        try publish([number], isReplacing: false)
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
