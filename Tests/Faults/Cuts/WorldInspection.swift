import Indexing
import Ingest
import IngestSupport
import Platform
import Shards
import Spool
import SystemPackage

/// What lies in the folders of a machine and in its index.
struct WorldInspection {
    /// The live documents, by path and item.
    private(set) var documents: [FilePath: [String: String]] = [:]
    /// How many files have these contents, wherever they are.
    private(set) var counts: [[UInt8]: Int] = [:]
    /// Contents that a power cut cannot take: the daemon has put them away.
    var kept: Set<[UInt8]> { Set((done + failures).map(Inspection.withoutHeader)) }
    /// The contents of `failed/` without its sidecars.
    var failedContents: Set<[UInt8]> { Set(failures.map(\.bytes)) }

    private var done: [Inspection.Found] = []
    private var failed: [Inspection.Found] = []
    private var failures: [Inspection.Found] { failed.filter { !Inspection.isSidecar($0) } }
    private var waiting: [Inspection.Found] = []
    private var findings: [Trouble] = []

    /// Looks at everything.
    init(_ options: IngestOptions) throws {
        let spool = options.spool
        failed = try Inspection.files(in: spool.failed)
        waiting = try Inspection.files(in: spool.inbox, hidden: true)
        done = try Inspection.files(in: spool.done) + Inspection.files(in: spool.replaced)
        let work = try Inspection.files(in: spool.work)
        for file in failed + waiting + done + work where !Inspection.isSidecar(file) {
            counts[Inspection.withoutHeader(file), default: 0] += 1
        }
        findings = work.map { Trouble(.stuck, "\($0.path) stays where it is") }
        findings += Inspection.sidecars(failed, in: try OpenDirectory(spool.failed))
        guard FileStatus.exists(options.indexing.indexDirectory) else { return }
        let report = try IndexVerifier.verify(options.indexing.indexDirectory)
        guard report.isSound else {
            findings += report.findings.map { Trouble(.unreadable, "\($0)") }
            return
        }
        for (name, text) in try LiveDocuments.read(options.indexing.indexDirectory) {
            let parts = name.split(separator: "#", maxSplits: 1)
            documents[FilePath(String(parts[0])), default: [:]][parts.count > 1 ? String(parts[1]) : ""] = text
        }
    }

    /// What must never be, whatever was dropped.
    func general(
        mayFail: Set<[UInt8]>, unsafe: [World.Version], drops: [[UInt8]: Int]
    ) -> [Trouble] {
        let damaged = Set(unsafe.flatMap { World.damages(of: $0) })
        var troubles = findings
        for file in failures where !file.path.string.contains(".bad-lines.jsonl") {
            guard !mayFail.contains(file.bytes), !damaged.contains(file.bytes) else { continue }
            troubles.append(Trouble(.blamed, "\(file.path): \(Self.text(file.bytes))"))
        }
        for file in waiting where !Self.isHidden(file) && !file.bytes.allSatisfy({ $0 == 0 }) {
            troubles.append(Trouble(.stuck, "\(file.path) waits: \(Self.text(file.bytes))"))
        }
        for (bytes, count) in counts where count > drops[bytes] ?? count {
            troubles.append(Trouble(.twice, "\(count) files have '\(Self.text(bytes))', which was dropped less often"))
        }
        return troubles
    }

    private static func isHidden(_ file: Inspection.Found) -> Bool {
        file.path.lastComponent?.string.hasPrefix(".") ?? false
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes.prefix(60), as: UTF8.self) }
}
