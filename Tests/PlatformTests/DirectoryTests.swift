import Foundation
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("Directories")
struct DirectoryTests {
    private let scratch: ScratchDirectory
    private var root: FilePath { scratch.path }

    init() throws {
        scratch = try ScratchDirectory()
    }

    @Test("entries are sorted by name, each with its kind, for any bytes in names")
    func entries() throws {
        let names = ["a b", "line\nbreak", "z", String(repeating: "n", count: 255), ".hidden"]
        for name in names { try AtomicFile.replaceVolatile([], at: root.appending(name)) }
        try Directory.create(root.appending("folder"))
        try FileManager.default.createSymbolicLink(
            atPath: root.appending("link").string, withDestinationPath: "nowhere")
        let process = try Process.run(
            URL(fileURLWithPath: "/usr/bin/mkfifo"), arguments: [root.appending("pipe").string])
        process.waitUntilExit()
        let entries = try Directory.entries(of: root)
        #expect(entries.map(\.name.string) == (names + ["folder", "link", "pipe"]).sorted())
        for (name, kind) in [
            ("folder", FileStatus.Kind.directory), ("link", .symbolicLink), ("pipe", .fifo), ("z", .regular),
        ] {
            // Some file systems do not tell kinds.
            let found = try #require(entries.first { $0.name.string == name }).kind
            #expect(found == nil || found == kind, "\(name)")
            #expect(try FileStatus.of(root.appending(name)).kind == kind)
        }
    }

    @Test("a name that is not UTF-8 keeps its bytes")
    func rawNames() throws {
        let bytes: [CChar] = [0x66, CChar(bitPattern: 0xFF), CChar(bitPattern: 0xC3), 0]
        let name = try #require(FilePath.Component(platformString: bytes))
        try AtomicFile.replaceVolatile([5], at: root.appending(name))
        let entry = try #require(try Directory.entries(of: root).first)
        #expect(entry.name == name)
        #expect(try FileContents.read(root.appending(entry.name)) == [5])
    }

    @Test("missing parents are made, existing directories accepted, files not")
    func create() throws {
        let deep = root.appending("a").appending("b").appending("c")
        try Directory.create(deep)
        try Directory.create(deep)
        #expect(try FileStatus.of(deep).kind == .directory)
        try AtomicFile.replaceVolatile([], at: root.appending("file"))
        for path in [root.appending("file"), root.appending("file").appending("below")] {
            #expect(throws: PlatformError.self) { try Directory.create(path) }
        }
        try Directory.synchronize(deep)
        #expect(throws: PlatformError.self) { try Directory.synchronize(root.appending("missing")) }
    }

    @Test("rename replaces")
    func rename() throws {
        let (old, new) = (root.appending("old"), root.appending("new"))
        try AtomicFile.replaceVolatile([1], at: old)
        try AtomicFile.replaceVolatile([2], at: new)
        try Directory.rename(old, to: new)
        #expect(try FileContents.read(new) == [1])
        #expect(!FileStatus.exists(old))
    }
}
