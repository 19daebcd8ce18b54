import Inbox
import Platform
import SystemPackage
import Testing

@Suite struct FolderWalkTests {
    private func listing(_ names: [(String, FileStatus.Kind)]) -> FolderWalk.Listing {
        var rest = names[...]
        return { () throws(PlatformError) in
            rest.popFirst().flatMap { name, kind in FilePath.Component(name).map { ($0, kind) } }
        }
    }

    private func paths(_ walk: FolderWalk) throws -> [String] {
        var found: [String] = []
        while true {
            switch walk.next() {
            case .end: return found
            case .failed(let path, let error): found.append("\(path) failed: \(error.operation)")
            case .entry(let path, let kind):
                found.append(path.string)
                if kind == .directory { try walk.enter(path) }
            }
        }
    }

    @Test func goesThroughATreeInTheOrderOfNames() throws {
        let walk = FolderWalk { path throws(PlatformError) in
            switch path.string {
            case "": listing([("z", .regular), ("b", .directory), ("a", .regular), ("c", .directory)])
            case "b": listing([("y", .regular), ("x", .regular)])
            default: listing([])
            }
        }
        try walk.enter(FilePath())
        #expect(try paths(walk) == ["a", "b", "b/x", "b/y", "c", "z"])
        #expect(try paths(walk) == [])
    }

    @Test func readsAHugeFolderABatchAtATime() throws {
        var read = 0
        let walk = FolderWalk(batch: 100) { _ throws(PlatformError) in
            { () throws(PlatformError) in
                read += 1
                return read > 1000 ? nil : FilePath.Component("n\(read)").map { ($0, .regular) }
            }
        }
        try walk.enter(FilePath())
        guard case .entry("n1", .regular) = walk.next() else {
            Issue.record("another name came first")
            return
        }
        #expect(read <= 100)
        #expect(try paths(walk).count == 999)
    }

    @Test func saysWhichFolderIsTooDeep() throws {
        let walk = FolderWalk { _ throws(PlatformError) in listing([("d", .directory)]) }
        try walk.enter(FilePath())
        let error = #expect(throws: PlatformError.self) { _ = try paths(walk) }
        #expect(error?.code == .tooLarge)
        #expect(error?.path?.components.count == 256)
    }

    @Test func goesOnBehindAFolderThatCannotBeRead() throws {
        let walk = FolderWalk { path throws(PlatformError) in
            guard path.isEmpty else {
                return { () throws(PlatformError) in throw PlatformError(.system, "list", path: path) }
            }
            return listing([("a", .directory), ("b", .regular)])
        }
        try walk.enter(FilePath())
        #expect(try paths(walk) == ["a", "a failed: list", "b"])
    }
}
