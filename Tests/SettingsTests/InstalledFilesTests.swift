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

    @Test("the model and its ranges, each in every place where it may lie", arguments: [true, false])
    func everyPlace(isModel: Bool) throws {
        let name = InstalledFiles.defaultModelName
        let inCheckout = isModel ? ".models/\(name)/config.json" : "etc/" + Self.ranges
        let inPrefix = "share/vectorspool/" + (isModel ? "models/\(name)/config.json" : Self.ranges)
        let program = ".build/release/vectorspoold"
        // A build folder has a prefix of its own: what its name would be two folders up.
        let scratch = try Self.folder([
            "source/Package.swift", "source/" + program, "source/" + inCheckout, "source/.build/" + inPrefix,
            "other/Package.swift", "other/" + program, "other/" + inCheckout,
            "bare/" + program, "bare/" + inCheckout, "bare/.build/" + inPrefix,
            "usr/bin/vectorspoold", "usr/" + inPrefix,
            "deep/Package.swift", "deep/.build/x/y/z/vectorspoold", "deep/" + inCheckout,
        ])
        func found(_ executable: FilePath?, _ executionPath: FilePath? = nil) -> String? {
            let files = InstalledFiles(
                executable: executable.map { scratch.path.pushing($0) },
                executionPath: executionPath.map { scratch.path.pushing($0) }, chosenModel: nil)
            let path = isModel ? files.model?.appending("config.json") : files.ranges
            return path.map { String($0.string.dropFirst(scratch.path.string.utf8.count + 1)) }
        }
        // The checkout comes before the prefix.
        #expect(found("source/.build/release/vectorspoold") == "source/" + inCheckout)
        #expect(found("deep/.build/x/y/z/vectorspoold") == "deep/" + inCheckout)
        // A folder that is called .build and stands in no package is no build folder.
        #expect(found("bare/.build/release/vectorspoold") == "bare/.build/" + inPrefix)
        #expect(found("usr/bin/vectorspoold") == "usr/" + inPrefix)
        // The executable itself comes before the path by which it was started, and any checkout before any prefix.
        #expect(
            found("source/.build/release/vectorspoold", "other/.build/release/vectorspoold") == "source/" + inCheckout)
        #expect(found("usr/bin/vectorspoold", "other/.build/release/vectorspoold") == "other/" + inCheckout)
        #expect(found(nil, "usr/bin/vectorspoold") == "usr/" + inPrefix)
        #expect(found("elsewhere/bin/vectorspoold", "usr/bin/vectorspoold") == "usr/" + inPrefix)
        #expect(found("elsewhere/bin/vectorspoold") == nil)
        #expect(found(nil) == nil)
    }

    @Test("the model that the environment names goes before all others, whether it is there or not")
    func chosenModel() throws {
        let scratch = try Self.folder([
            "bin/vectorspoold", "share/vectorspool/models/\(InstalledFiles.defaultModelName)/config.json",
        ])
        let program = scratch.path.pushing("bin/vectorspoold")
        #expect(InstalledFiles(executable: program, chosenModel: nil).model != nil)
        #expect(InstalledFiles(executable: program, chosenModel: "/nowhere").model == "/nowhere")
    }

    @Test("a process knows the path by which it was started")
    func executionPath() throws {
        let path = try #require(CurrentProcess.executionPath)
        #expect(FileStatus.exists(path))
    }
}
