import Foundation
import Platform
import Subprocess
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Users who may drop files can neither harm anything outside the inbox nor block others.
@Suite(.enabled(if: SharedSpool.isPossible, "only root can run as several users"))
struct DropperTests {
    /// See Fixtures/dropper.py.
    static let behaviours = [
        "swap", "kinds", "closed", "modes", "names", "again", "lease", "open_ended", "hostile", "private", "vandal",
    ]

    /// `make test-race` gives it a minute.
    private static var seconds: Double {
        CurrentProcess.environment("RACE_SECONDS").flatMap(Double.init) ?? 3
    }

    @Test("one attack at a time", .timeLimit(.minutes(10)), arguments: behaviours)
    func alone(behaviour: String) async throws { try await attack([behaviour], seconds: 1) }

    @Test("all attacks at once", .timeLimit(.minutes(10)))
    func together() async throws {
        // One of them is there twice, so that two interfere with each other.
        try await attack(Self.behaviours + ["many", "swap"], seconds: Self.seconds)
    }

    private func attack(_ behaviours: [String], seconds: Double) async throws {
        let spool = try await SharedSpool()
        let before = try Watched(spool)
        let isInTime = Mutex(false)
        let generations = Mutex<[Int]>([])
        let status = try await spool.withDaemon {
            async let attacker = spool.drop(as: SharedSpool.attacker, behaviours, seconds: seconds)
            async let neighbour = spool.drop(as: SharedSpool.neighbour, ["good"], seconds: seconds)
            let dropped = Set(try await neighbour)
            _ = try await attacker
            try #require(!dropped.isEmpty)
            let missing = try await wait(for: dropped, spool) { number in generations.withLock { $0.append(number) } }
            guard missing.isEmpty else {
                let log = String(decoding: try spool.logged.suffix(2000), as: UTF8.self)
                Issue.record("\(missing.count) of \(dropped.count) files of the neighbour stay: \(log)")
                return
            }
            #expect(dropped.subtracting(try spool.documents()).count == 0)
            isInTime.withLock { $0 = true }
        }
        #expect(isInTime.withLock { $0 })
        let log = String(decoding: try spool.logged, as: UTF8.self)
        #expect(status == .exited(0), "\(log.suffix(2000))")
        let numbers = generations.withLock { $0 }
        #expect(numbers == numbers.sorted(), "generations never go back")
        #expect(try Watched(spool) == before, "what lies outside is as it was")
        try await expectSoundIndex(spool)
        try expectTame(spool)
        try expectPrivacy(spool)
    }

    /// Waits at most a minute until the files are in `done/`; returns those that are not.
    private func wait(
        for names: Set<String>, _ spool: SharedSpool, _ note: (Int) -> Void
    ) async throws -> Set<String> {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            note(try spool.generation)
            let done = try spool.files(below: spool.root.appending("done")).keys.compactMap(\.lastComponent?.string)
            let missing = names.subtracting(done)
            if missing.isEmpty || ContinuousClock.now > end { return missing }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func expectSoundIndex(_ spool: SharedSpool) async throws {
        let verified = try await CommandLineTool.search("verify", "--index", spool.index.string)
        #expect(verified.status == .exited(0), "\(verified.error)")
        for (path, status) in try spool.files(below: spool.index) {
            #expect(status.owner == SharedSpool.daemon && status.kind == .regular, "\(path)")
        }
        for (path, status) in try spool.files(below: spool.root.appending("done")) {
            #expect(status.kind == .regular, "\(path)")
        }
        #expect(try !spool.files(below: spool.root).keys.contains { $0.lastComponent?.string == "vandal.txt" })
    }

    private func expectTame(_ spool: SharedSpool) throws {
        #expect(HostileText.faults(in: try spool.logged, allowed: [0x0A]).prefix(5) == [])
        #expect(HostileText.faults(in: try spool.statusPage, allowed: [0x0A]).prefix(5) == [])
        for path in try spool.files(below: spool.failed).keys where path.string.hasSuffix(".vectorspool-error.json") {
            #expect(HostileText.faults(in: try FileContents.read(path), allowed: [0x0A]).prefix(5) == [])
        }
    }

    /// Files that the daemon wrote in `failed/` must be closed to users who may not read the failed file.
    private func expectPrivacy(_ spool: SharedSpool) throws {
        let files = try spool.files(below: spool.failed)
        for (path, status) in files where status.owner == SharedSpool.daemon {
            let name = path.displayName
            #expect(status.permissions & 0o7133 == 0, "\(name) has mode \(String(status.permissions, radix: 8))")
            if name.contains("private-") {
                #expect(status.permissions & 0o040 == 0, "\(name) is not for other droppers")
                #expect(name.contains("-mode.") || status.permissions & 0o004 == 0, "\(name) is for its owner alone")
            }
            guard name.hasSuffix(".vectorspool-error.json"),
                let original = files[FilePath(String(path.string.dropLast(23)))]
            else { continue }
            #expect(status.permissions & 0o004 & ~original.permissions == 0, "\(name)")
            let mayGroup = status.permissions & 0o040 != 0
            #expect(!mayGroup || original.permissions & 0o040 != 0 || original.kind != .regular, "\(name)")
        }
    }

    /// Files outside the inbox that no attack may change in any way.
    private struct Watched: Equatable {
        let statuses: [FilePath: FileStatus]
        let contents: [FilePath: [UInt8]]
        let folders: [FileStatus]

        init(_ spool: SharedSpool) throws {
            var statuses = try spool.files(below: spool.canary)
            contents = try statuses.keys.reduce(into: [:]) { $0[$1] = try FileContents.read($1) }
            for path in ["/etc/passwd", "/etc/hostname"] as [FilePath] { statuses[path] = try? FileStatus.of(path) }
            self.statuses = statuses
            folders = try [spool.canary, spool.canary.appending("folder")].map { try FileStatus.of($0) }
        }
    }
}
