import Foundation
import Platform
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite("Names below an open directory")
struct OpenDirectoryTests {
    private let scratch: ScratchDirectory
    private let directory: OpenDirectory

    init() throws {
        scratch = try ScratchDirectory()
        directory = try OpenDirectory(scratch.path)
    }

    /// Makes the first call of a kind on a path fail.
    private func plan(_ call: SystemCall, on path: FilePath) -> FaultPlan {
        let hasCome = Mutex(false)
        return FaultPlan(below: scratch.path, of: [call]) { _, _, place in
            guard place == path else { return .none }
            return hasCome.withLock { hasCome in
                defer { hasCome = true }
                return hasCome ? .none : .fail(.tooManyOpenFiles)
            }
        }
    }

    @Test(
        "a directory whose mode could not be set is made again with it",
        arguments: [.open, .status, .changeMode] as [SystemCall])
    func modeAfterAFailure(call: SystemCall) throws {
        // The usual umask removes the write bits.
        let plan = plan(call, on: scratch.path.appending("day"))
        plan.arm()
        defer { plan.disarm() }
        #expect(throws: PlatformError.self) { try directory.makeDirectory("day", mode: 0o777) }
        try directory.makeDirectory("day", mode: 0o777)
        #expect(try directory.status(of: "day").permissions & 0o777 == 0o777)
    }

    // MARK: - With and without openat2 and renameat2

    /// Runs `body` as on this kernel or as on one without the late system calls.
    private func with<Result>(lateCalls: Bool, _ body: () throws -> Result) rethrows -> Result {
        let plan = lateCalls ? nil : FaultPlan.withoutLateCalls(below: scratch.path)
        plan?.arm()
        defer { plan?.disarm() }
        return try body()
    }

    @Test("the replacement calls are used when the late ones are missing")
    func standIns() throws {
        try directory.makeDirectory("a/b", mode: 0o755)
        try directory.open("a/b/file", OpenFlags.newFile).close()
        let seen = Mutex<[SystemCall]>([])
        let plan = FaultPlan(below: scratch.path, missing: LateSystemCall.allCases) { site, _, _ in
            seen.withLock { $0.append(site.call) }
            return .none
        }
        plan.arm()
        defer { plan.disarm() }
        _ = try directory.openFile("a/b/file")
        #expect(seen.withLock { $0 } == [.open, .open, .open, .status])
        seen.withLock { $0 = [] }
        try directory.renameExclusively("a/b/file", to: directory, "file")
        #expect(seen.withLock { $0 } == [.open, .open, .link, .remove])
    }

    @Test("names are made, found, renamed and removed", arguments: [true, false])
    func names(lateCalls: Bool) throws {
        try with(lateCalls: lateCalls) {
            try directory.makeDirectory("a/b", mode: 0o755)
            try directory.makeDirectory("a/b", mode: 0o755)
            let file = try directory.open("a/b/file", OpenFlags.newFile, mode: 0o600)
            try file.write(([1, 2] as [UInt8]).rawSpan)
            try file.close()
            #expect(try directory.status(of: "a/b/file").permissions == 0o600)
            #expect(try directory.contents(of: "a/b/file") == [1, 2])
            try directory.renameExclusively("a/b/file", to: directory, "a/moved")
            #expect(try directory.statusIfPresent("a/b/file") == nil)
            try directory.open("a/b/file", OpenFlags.newFile).close()
            let error = #expect(throws: PlatformError.self) {
                try directory.renameExclusively("a/moved", to: directory, "a/b/file")
            }
            #expect(error?.cause == .fileExists)
            #expect(try directory.contents(of: "a/b/file") == [])
            #expect(try directory.contents(of: "a/moved") == [1, 2])
            try directory.rename("a/moved", to: directory, "a/b/file")
            #expect(try directory.contents(of: "a/b/file") == [1, 2])
            #expect(try directory.statusIfPresent("a/moved") == nil)
            #expect(try directory.statusIfPresent("nothing/at/all") == nil)
            let taken = #expect(throws: PlatformError.self) { try directory.makeDirectory("a/b/file", mode: 0o755) }
            #expect(taken?.cause == .notDirectory)
            #expect(throws: PlatformError.self) { try directory.removeDirectory("a") }
            try directory.removeTree("a")
            #expect(try directory.entries() == [])
        }
    }

    @Test("no link is followed, and no path leads out", arguments: [true, false])
    func links(lateCalls: Bool) throws {
        let outside = try ScratchDirectory()
        try AtomicFile.replaceVolatile([9], at: outside.path.appending("secret"))
        try directory.makeDirectory("folder", mode: 0o755)
        try SpecialFiles.makeLink(to: outside.path.string, at: scratch.path.appending("out"))
        try SpecialFiles.makeLink(to: "folder", at: scratch.path.appending("in"))
        try SpecialFiles.makeLink(
            to: outside.path.appending("secret").string, at: scratch.path.appending("folder/file"))
        try with(lateCalls: lateCalls) {
            for path in ["out", "in", "out/secret", "in/file", "folder/file", "out/new"] as [FilePath] {
                for flags in [O_RDONLY, O_WRONLY | O_CREAT, O_RDONLY | O_DIRECTORY] {
                    let error = #expect(throws: PlatformError.self, "\(path)") {
                        try directory.open(path, flags).close()
                    }
                    // A link is not a directory itself.
                    let isAsked = flags & O_DIRECTORY != 0 && !["out/secret", "in/file", "out/new"].contains(path)
                    #expect(error?.cause == (isAsked ? .notDirectory : .tooManySymbolicLinkLevels), "\(path), \(flags)")
                }
            }
            for path in ["/", "/etc/passwd", "../x", "folder/../../x", ".."] as [FilePath] {
                #expect(throws: PlatformError.self, "\(path)") { try directory.open(path, O_RDONLY).close() }
                #expect(throws: PlatformError.self, "\(path)") { _ = try directory.status(of: path) }
            }
            #expect(throws: PlatformError.self) { try directory.remove("out/secret") }
            #expect(throws: PlatformError.self) { try directory.rename("out/secret", to: directory, "taken") }
            #expect(throws: PlatformError.self) { try directory.makeDirectory("out/made", mode: 0o755) }
            #expect(try directory.status(of: "out").kind == .symbolicLink)
            try directory.remove("in")
            try directory.removeTree("folder")
        }
        #expect(try Directory.entries(of: outside.path).map(\.name.string) == ["secret"])
    }
}
