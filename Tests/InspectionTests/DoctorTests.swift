import Foundation
import Ingest
import Inspection
import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

/// Each check of the doctor, over facts that are made up.
@Suite struct DoctorTests {
    private typealias Change = @Sendable (inout DoctorFacts) -> Void

    /// A machine on which all is well.
    private static var well: DoctorFacts {
        var facts = DoctorFacts()
        facts.spool = DoctorFacts.Disk()
        facts.index = DoctorFacts.Disk()
        facts.daemonUser = 500
        facts.daemonGroup = 500
        var inbox = DoctorFacts.Inbox()
        inbox.owner = 500
        inbox.group = 501
        facts.inbox = inbox
        var model = DoctorFacts.Model(path: "/m")
        model.fingerprint = "53aa"
        model.published = "53aa"
        facts.model = model
        var index = DoctorFacts.Index(path: "/i")
        index.model = "53aa"
        facts.storedIndex = index
        facts.status = page { _ in }
        facts.unit = DoctorFacts.Unit(isEnabled: true, isActive: true)
        facts.leftovers = 3
        facts.kernel.release = "6.1.0-13-amd64"
        facts.kernel.hasLeases = true
        facts.kernel.hasExclusiveRename = true
        facts.kernel.watchLimit = 100
        return facts
    }

    private static func page(
        isRunning: Bool = true, age: Int = 1, _ change: (inout SpoolStatus) -> Void
    ) -> StatusReading {
        var page = SpoolStatus()
        page.state = .ready
        change(&page)
        return StatusReading(page, age: .seconds(age), isRunning: isRunning)
    }

    private static let lost = UnindexedFiles(
        count: 2, first: "mix/a.txt", command: "mv /s/done/mix /s/inbox/", wholeCommand: "mv /s/done/* /s/inbox/")

    private static let cases: [(String, String, Change)] = [
        ("configuration", "unknown key", { $0.configurationError = "/etc/v.yaml:3: unknown key" }),
        ("configuration", "older name", { $0.configurationWarnings = ["an older name"] }),
        ("disks", "read-only", { $0.index?.isReadOnly = true }),
        ("disks", "the spool is on NFS", { $0.spool?.sharedName = "NFS" }),
        ("disks", "/s/done", { $0.foreignFolders = ["/s/done"] }),
        ("disks", "may not write in /s/done", { $0.closedFolders = ["/s/done"] }),
        ("index", "the index was of precision", { $0.indexRefusal = "the index was of precision int8" }),
        ("space", "only 255 MiB are free for spool and index", { facts in facts.spool?.free = 255 << 20 }),
        (
            "space", "only 1 MiB are free for index",
            { $0.index = DoctorFacts.Disk(device: 2, free: 1 << 20) }
        ),
        ("inbox", "mode 3750", { $0.inbox?.permissions = 0o3750 }),
        ("inbox", "can remove those of others", { $0.inbox?.permissions = 0o2770 }),
        ("inbox", "notes and 1 more", { $0.inbox?.closed = ["notes", "texts"] }),
        ("watches", "91 folders", { $0.inbox?.folders = 91 }),
        ("watches", "the inbox is polled: limit", { $0.status = page { $0.inbox.pollingReason = "limit" } }),
        ("watches", "lost events 2 times", { $0.status = page { $0.inbox.overflows = 2 } }),
        ("kernel", "has no openat2", { $0.kernel.release = "5.5.19" }),
        ("kernel", "no leases", { $0.kernel.hasLeases = false }),
        ("kernel", "without replacing", { $0.kernel.hasExclusiveRename = false }),
        ("model", "no such folder", { $0.model?.error = "no such folder" }),
        ("model", "not the published ones", { $0.model?.fingerprint = "ff" }),
        ("model", "another model", { $0.storedIndex?.model = "ff" }),
        ("ranges", "wrong shape", { $0.rangesError = "wrong shape" }),
        ("ranges", "outside its ranges", { $0.storedIndex?.clippedShare = 0.02 }),
        ("index", "cannot be opened", { $0.storedIndex?.error = "it cannot be opened" }),
        (
            "index", "although done/ holds 2 files",
            {
                $0.storedIndex = nil; $0.missingIndex = "/i"; $0.unindexed = lost
            }
        ),
        (
            "index", "although the daemon's page tells of 5 documents",
            {
                $0.storedIndex = nil; $0.missingIndex = "/i"; $0.status = page { $0.documents = 5 }
            }
        ),
        ("done", "2 files of done/ are not in the index, the first: mix/a.txt", { $0.unindexed = lost }),
        ("index", "generation 3", { $0.storedIndex?.damage = ["generation 3 is damaged"] }),
        (
            "daemon", "no status",
            {
                $0.status = nil; $0.statusError = "no status can be read"; $0.leftovers = 0
            }
        ),
        (
            "daemon", "stopped",
            {
                $0.status = page { $0.state = .stopped }; $0.leftovers = 0
            }
        ),
        (
            "daemon", "without a word",
            {
                $0.status = page(isRunning: false) { _ in }; $0.leftovers = 0
            }
        ),
        ("daemon", "its status page is old", { $0.status = page(age: 600) { _ in } }),
        ("daemon", "waits for the system: disk full", { $0.status = page { $0.pausedReason = "disk full" } }),
        (
            "daemon", "paused by alice",
            { $0.status = page { $0.pausedBy = PauseFlag(by: "alice", user: 1, since: "now") } }
        ),
        ("daemon", "was refused: line 3", { $0.status = page { $0.reloadError = "line 3" } }),
        ("daemon", "2 files or folders", { $0.status = page { $0.inbox.blockedCount = 2 } }),
        ("unit", "does not start with the machine", { $0.unit?.isEnabled = false }),
    ]

    @Test func `where all is well nothing is found`() {
        for check in DoctorCheck.all { #expect(check.judge(Self.well).isEmpty, "\(check.name)") }
        #expect(DoctorCheck.all.allSatisfy { $0.judge(DoctorFacts()).isEmpty }, "what is not known is no finding")
    }

    @Test(arguments: cases.indices)
    func `one thing is wrong, and one check finds it`(place: Int) {
        let (name, part, change) = Self.cases[place]
        var facts = Self.well
        change(&facts)
        for check in DoctorCheck.all {
            let findings = check.judge(facts)
            #expect(findings.count == (check.name == name ? 1 : 0), "\(check.name): \(findings)")
            #expect(findings.allSatisfy { $0.message.contains(part) && !$0.mend.isEmpty }, "\(findings)")
        }
    }

    @Test func `a spool without an index that holds nothing is new, and all is well`() {
        var facts = Self.well
        facts.storedIndex = nil
        facts.missingIndex = "/i"
        for check in DoctorCheck.all { #expect(check.judge(facts).isEmpty, "\(check.name)") }
    }

    @Test func `what a user may not see is neither well nor a finding`() {
        var facts = Self.well
        facts.storedIndex = nil
        facts.closed = ["index": "user 7 may not read /i"]
        let told = DoctorCheck.all.compactMap { check in check.closure(facts).map { (check.name, $0) } }
        #expect(told.map(\.0) == ["index"] && told.map(\.1) == ["user 7 may not read /i"])
        for check in DoctorCheck.all { #expect(check.judge(facts).isEmpty, "\(check.name)") }
    }

    @Test func `a daemon that does not run leaves traces, and each is told once`() {
        var facts = Self.well
        facts.status = Self.page(isRunning: false) { _ in }
        facts.unit?.isActive = false
        let found = DoctorCheck.all.filter { !$0.judge(facts).isEmpty }.map(\.name)
        #expect(found == ["daemon", "leftovers"])
        // Without a page the service manager tells it.
        facts.status = nil
        #expect(
            DoctorCheck.all.first { $0.name == "unit" }?.judge(facts).map(\.mend) == [
                "start it: sudo systemctl start vectorspoold"
            ])
    }

    @Test(
        arguments: [
            (DoctorFacts.Unit(isEnabled: true, isActive: false), "sudo systemctl start vectorspoold"),
            (
                DoctorFacts.Unit(isEnabled: true, isActive: false, isOfSession: true),
                "systemctl --user start vectorspoold"
            ),
            (nil, "vectorspoold --config '/my notes/vectorspool.yaml'"),
        ])
    func `advice fits how the daemon is started`(unit: DoctorFacts.Unit?, start: String) {
        var facts = Self.well
        facts.status = Self.page { $0.state = .stopped }
        facts.configuration = "/my notes/vectorspool.yaml"
        facts.unit = unit
        #expect(DoctorCheck.all.first { $0.name == "daemon" }?.judge(facts).map(\.mend) == ["start it: \(start)"])
    }

    @Test(
        arguments: [
            (500, 0o700, false), (501, 0o755, true), (501, 0o700, true), (501, 0o775, false), (501, 0o757, false),
        ] as [(UInt32, UInt32, Bool)])
    func `a folder of another user is closed where nobody else may write`(
        owner: UInt32, permissions: UInt32, isClosed: Bool
    ) {
        #expect(DoctorGathering.isClosed(owner: owner, permissions: permissions, to: 500) == isClosed)
        #expect(!DoctorGathering.isClosed(owner: owner, permissions: permissions, to: 0))
    }

    @Test func `the facts of a spool are gathered`() throws {
        let scratch = try ScratchDirectory()
        let places = SpoolDirectory(scratch.path.appending("spool"))
        let spool = try Spool(places)
        try Directory.create(places.inbox.appending("a").appending("b"))
        try Directory.create(places.claimed)
        try AtomicFile.replaceVolatile([1], at: places.claimed.appending("claim"))
        let facts = DoctorGathering(
            spool: places, index: scratch.path.appending("index"), model: "/nonexistent", ranges: "/nonexistent",
            runtime: places.defaultRuntime, configuration: nil, owner: nil, published: nil
        ).facts()
        #expect(facts.inbox?.folders == 3)
        #expect(facts.inbox?.closed == [])
        #expect(facts.daemonUser == CurrentProcess.user)
        #expect(facts.leftovers == 1)
        #expect(facts.storedIndex == nil)
        #expect(facts.model?.error?.contains("/nonexistent") == true)
        #expect(facts.rangesError?.contains("/nonexistent") == true)
        #expect(facts.statusError != nil && facts.status == nil)
        #expect(facts.kernel.hasExclusiveRename == true)
        let limit = try? String(contentsOfFile: "/proc/sys/fs/inotify/max_user_watches", encoding: .utf8)
        #expect(facts.kernel.watchLimit == limit.flatMap { Int($0.dropLast()) })
        #expect(facts.spool?.free ?? 0 > 0)
        #expect(facts.foreignFolders == [])
        #expect(facts.closedFolders == [])
        // The trials are over without a trace.
        #expect(try spool.work.entries().map(\.name.string) == ["claimed"])
    }
}
