import Foundation
import Platform
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite("The location of installed files")
struct InstalledFilesTests {
    private static let ranges = "ranges/\(InstalledFiles.defaultModelName).npy"

    /// A folder of these files, parents included.
    private static func folder(_ files: [String]) throws -> ScratchDirectory {
        let scratch = try ScratchDirectory()
        for file in files {
            let path = scratch.path.pushing(FilePath(file))
            try Directory.create(path.removingLastComponent())
            try AtomicFile.replaceVolatile([1], at: path)
        }
        return scratch
    }

    @Test(
        "beside the programs of a build folder of any configuration",
        arguments: [".build/release/vectorspoold", ".build/x86_64-unknown-linux-gnu/debug/vectorspoold"])
    func checkout(program: String) throws {
        let scratch = try Self.folder(["Package.swift", "etc/" + Self.ranges, program])
        let files = InstalledFiles(executable: scratch.path.pushing(FilePath(program)), chosenModel: nil)
        #expect(files.ranges == scratch.path.pushing(FilePath("etc/" + Self.ranges)))
    }

    @Test("beside a build folder that is a link to another disk")
    func linkedBuildFolder() throws {
        let scratch = try Self.folder([
            "source/Package.swift", "source/etc/" + Self.ranges, "disk/release/vectorspoold",
        ])
        let source = scratch.path.appending("source")
        try SpecialFiles.makeLink(to: scratch.path.appending("disk").string, at: source.appending(".build"))
        let files = InstalledFiles(
            executable: scratch.path.pushing("disk/release/vectorspoold"),
            executionPath: source.pushing(".build/release/vectorspoold"), chosenModel: nil)
        #expect(files.ranges == source.pushing(FilePath("etc/" + Self.ranges)))
    }

    @Test("in the prefix that the programs were installed under")
    func prefix() throws {
        let scratch = try Self.folder(["bin/vectorspoold", "share/vectorspool/" + Self.ranges])
        let files = InstalledFiles(executable: scratch.path.pushing("bin/vectorspoold"), chosenModel: nil)
        #expect(files.ranges == scratch.path.pushing(FilePath("share/vectorspool/" + Self.ranges)))
    }

    @Test("nowhere, where nothing was installed")
    func nowhere() throws {
        let scratch = try Self.folder(["bin/vectorspoold", "etc/" + Self.ranges])
        let files = InstalledFiles(executable: scratch.path.pushing("bin/vectorspoold"), chosenModel: nil)
        #expect(files.ranges == nil)
        #expect(InstalledFiles(executable: nil, chosenModel: "/model").model == "/model")
    }

    @Test("a process knows the path that started it")
    func executionPath() throws {
        let path = try #require(CurrentProcess.executionPath)
        #expect(FileStatus.exists(path))
    }
}
