import Daemon
import Indexing
import Ingest
import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

/// A daemon whose folder was removed or replaced would work where nobody looks.
@Suite("Folders that lose their places", .timeLimit(.minutes(10)))
struct RequestServiceTests {
    private let scratch: ScratchDirectory
    private let options: IngestOptions
    private let spool: Spool

    init() throws {
        scratch = try ScratchDirectory()
        options = IngestOptions(spool: scratch.path.appending("spool"), model: "none")
        spool = try Spool(options.spool)
    }

    private func service(isIndexReplaced: Bool = false) -> RequestService {
        RequestService(
            spool: spool, live: LiveOptions(options), board: StatusBoard(options),
            isIndexReplaced: { isIndexReplaced }, logger: RecordedLog().logger, interval: .milliseconds(1))
    }

    private func end(_ service: RequestService) async throws -> String {
        let error = await #expect(throws: DaemonError.self) { try await service.run() }
        return error?.message ?? ""
    }

    @Test("the service ends when a folder is gone or another one has its name", arguments: ["", "work", "requests"])
    func misplaced(name: String) async throws {
        let folder = name.isEmpty ? options.spool.root : options.spool.root.appending(name)
        try Directory.rename(folder, to: scratch.path.appending("away"))
        #expect(try await end(service()).hasPrefix("\(folder) was removed or replaced"))
        _ = try Spool(options.spool)
        #expect(spool.misplaced == folder)
        #expect(try await end(service()).hasPrefix("\(folder) was removed or replaced"))
    }

    @Test("so it does when the index was replaced")
    func index() async throws {
        #expect(try await end(service(isIndexReplaced: true)).hasPrefix("\(options.indexing.indexDirectory) was "))
    }

    @Test("what comes back to its place is at its place")
    func back() throws {
        let away = scratch.path.appending("away")
        try Directory.rename(options.spool.root, to: away)
        #expect(spool.misplaced == options.spool.root)
        try Directory.rename(away, to: options.spool.root)
        #expect(spool.misplaced == nil)
    }
}
