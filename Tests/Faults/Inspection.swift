import Identity
import Indexing
import Ingest
import IngestSupport
import Platform
import Shards
import Spool
import SystemPackage

/// Examines a spool and an index after the last run.
struct Inspection {
    let scenario: Scenario
    let root: FilePath
    let point: FaultPoint?
    /// The changes to the dropped files meanwhile.
    let later: [Disturbance.Version]

    /// Returns the violations; none when everything is correct.
    func troubles() -> [Trouble] {
        let options = scenario.options(at: root)
        do {
            let failed = try Self.files(in: options.spool.failed)
            let (blamed, troubles) = try blamed(failed, options)
            let overtaken = try blamedAndOvertaken(options, besides: blamed)
            var expected = scenario.expectation(without: blamed + overtaken, later: later)
            try expected.unsure.formUnion(blamedInPlace(failed, OpenDirectory(options.spool.failed)))
            let kept = try Self.files(in: options.spool.done) + Self.files(in: options.spool.replaced)
            let contents = failed.filter { !Self.isSidecar($0) }.map(Self.withoutHeader)
            return try troubles + Self.sidecars(failed, in: OpenDirectory(options.spool.failed))
                // A failure that a later version overtook is in replaced/.
                + compare(
                    "done/ with replaced/ and failed/ (\(kept.map(\.path.string).joined(separator: ", ")))",
                    found: kept.map(Self.withoutHeader) + contents,
                    expected: expected.done + expected.failed)
                + leftBehind(options, expected.left) + unanswered(options) + index(options, expected)
        } catch {
            return [Trouble(.lost, "cannot look: \(error)")]
        }
    }

    static func isSidecar(_ file: Found) -> Bool { file.path.string.hasSuffix(".vectorspool-error.json") }

    /// The bytes without the line that says which file rejected lines come from.
    static func withoutHeader(_ file: Found) -> [UInt8] { withoutHeader(file.bytes) }

    static func withoutHeader(_ bytes: [UInt8]) -> [UInt8] {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), Continuation(line: Array(bytes[..<end])) != nil
        else { return bytes }
        return Array(bytes[(end + 1)...])
    }

    /// A file below a folder.
    struct Found: Sendable {
        let path: FilePath
        let bytes: [UInt8]
    }

    /// All files below a folder; hidden ones only when they are asked for.
    static func files(in folder: FilePath, hidden: Bool = false) throws -> [Found] {
        var found: [Found] = []
        for entry in try Directory.entries(of: folder) where hidden || entry.name.bytes.first != UInt8(ascii: ".") {
            let path = folder.appending(entry.name)
            if entry.kind == .directory {
                found += try files(in: path, hidden: hidden)
            } else {
                found.append(Found(path: path, bytes: try FileContents.read(path)))
            }
        }
        return found
    }

    /// The files that were blamed for system faults, and the wrong ones among them.
    private func blamed(
        _ failed: [Found], _ options: IngestOptions
    ) throws -> (all: [Scenario.Drop], wrongly: [Trouble]) {
        let known = scenario.expectation(without: [], later: later).failed
        let folder = try OpenDirectory(options.spool.failed)
        var all: [Scenario.Drop] = []
        var wrongly: [Trouble] = []
        for file in failed where !Self.isSidecar(file) && !known.contains(Self.withoutHeader(file)) {
            let name = String(file.path.string.dropFirst(options.spool.failed.string.count + 1))
            let report = try? FailureReport.read(FilePath(name + ".vectorspool-error.json"), in: folder)
            all.append(Scenario.Drop(FilePath(name).withoutMarks, file.bytes))
            if report?.code != "E_READ" || point?.mayBlame != true {
                wrongly.append(
                    Trouble(.blamed, "\(name): \(report.map { "\($0.code), \($0.summary)" } ?? "no sidecar")"))
            }
        }
        return (all, wrongly)
    }

    /// Versions that were rightly blamed for a fault of the system and have left `failed/` for a newer one, by the journal.
    private func blamedAndOvertaken(
        _ options: IngestOptions, besides blamed: [Scenario.Drop]
    ) throws -> [Scenario.Drop] {
        guard point?.mayBlame == true, FileStatus.exists(options.spool.journal) else { return [] }
        let entries = try Self.files(in: options.spool.journal).filter { $0.path.extension == "jsonl" }
            .flatMap { $0.bytes.split(separator: UInt8(ascii: "\n")) }.compactMap { JournalEntry(line: Array($0)) }
        // One that was given back, or left in place, is no lost version.
        let taken = entries.filter { $0.outcome != .failed }
        return entries.filter { entry in
            entry.outcome == .failed && entry.code == "E_READ" && !ClosedFolder.holds(entry.path)
                && !blamed.contains { $0.path == entry.path }
                && !taken.contains { $0.path == entry.path && $0.modified == entry.modified }
        }.compactMap { entry in
            scenario.drops.joined().first { $0.path == entry.path && $0.bytes.count == entry.size }
        }
    }

    /// Checks that each file of `failed/` has its sidecar, and each sidecar its file unless it says that it has none.
    static func sidecars(_ failed: [Found], in folder: OpenDirectory) -> [Trouble] {
        let names = Set(failed.map(\.path.string))
        let suffix = ".vectorspool-error.json"
        return names.filter { name in
            guard name.hasSuffix(suffix) else { return !names.contains(name + suffix) }
            guard !names.contains(String(name.dropLast(suffix.count))) else { return false }
            let below = FilePath(String(name.dropFirst(folder.path.string.utf8.count + 1)))
            return (try? FailureReport.read(below, in: folder))?.hasFile != false
        }.map { Trouble(.lost, "\($0) lies in failed/ without the other") }
    }

    /// Documents of files that stay in the inbox and were rightly blamed for a fault of the system.
    private func blamedInPlace(_ failed: [Found], _ folder: OpenDirectory) throws -> [String] {
        guard point?.mayBlame == true else { return [] }
        return try failed.filter(Self.isSidecar).compactMap { file in
            let name = FilePath(String(file.path.string.dropFirst(folder.path.string.utf8.count + 1)))
            guard ClosedFolder.holds(name), try FailureReport.read(name, in: folder)?.code == "E_READ"
            else { return nil }
            return String(name.string.dropLast(".vectorspool-error.json".count))
        }
    }

    private func compare(_ place: String, found: [[UInt8]], expected: [[UInt8]]) -> [Trouble] {
        var troubles: [Trouble] = []
        for contents in Set(expected).union(found) {
            let (have, want) = (found.count { $0 == contents }, expected.count { $0 == contents })
            guard have != want else { continue }
            // A version that a device does not let us read cannot be compared, and is kept beside its equal.
            let isUnreadable = point?.error == .ioError || point?.error == .permissionDenied
            if isUnreadable, have == want + 1, contents.elementsEqual("the same".utf8) { continue }
            // Nor can its lines be told apart before its successor comes: the bad one lies in it, unfound.
            let isUnfound = have < want && contents.elementsEqual((Scenario.badLine + "\n").utf8)
            if point?.error == .ioError, isUnfound, found.contains(where: { $0.firstRange(of: contents) != nil }) {
                continue
            }
            let text = String(decoding: contents.prefix(40), as: UTF8.self)
            troubles.append(Trouble(have < want ? .lost : .twice, "\(place) has \(have) of '\(text)' and not \(want)"))
        }
        return troubles
    }

    private func leftBehind(_ options: IngestOptions, _ expected: [FilePath: [UInt8]]) throws -> [Trouble] {
        var missing = expected
        let behind = try [options.spool.inbox, options.spool.work].flatMap { folder in
            try Self.files(in: folder).filter { file in
                var path = file.path
                _ = path.removePrefix(folder)
                guard folder == options.spool.inbox, missing[path] == file.bytes else { return true }
                missing[path] = nil
                return false
            }
        }
        return behind.map { Trouble(.lost, "\($0.path) stays where it is") }
            + missing.keys.map { Trouble(.lost, "\($0) is not in the inbox any more as its owner left it") }
    }

    private func unanswered(_ options: IngestOptions) throws -> [Trouble] {
        guard try !PersonsRequest.areAnswered(in: options.spool.requests) else { return [] }
        return [Trouble(.stuck, "somebody waits for an answer")]
    }

    private func index(_ options: IngestOptions, _ expected: Scenario.Expectation) -> [Trouble] {
        let documents: [String: String]
        do {
            let report = try IndexVerifier.verify(options.indexing.indexDirectory)
            guard report.isSound else { return report.findings.map { Trouble(.unreadable, "\($0)") } }
            documents = try LiveDocuments.read(options.indexing.indexDirectory)
        } catch {
            return [Trouble(.unreadable, "\(error)")]
        }
        return Set(documents.keys).union(expected.documents.keys).sorted().compactMap { name in
            guard documents[name] != expected.documents[name] else { return nil }
            let isTwice = documents[name] == LiveDocuments.twice
            if expected.unsure.contains(name), !isTwice { return nil }
            return Trouble(
                isTwice ? .twice : .lost,
                "\(name) is '\(documents[name]?.prefix(40) ?? "not there")' and not '\(expected.documents[name]?.prefix(40) ?? "gone")'"
            )
        }
    }
}
