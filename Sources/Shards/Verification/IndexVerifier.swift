import Identity
import Platform
package import SystemPackage

/// Checks every byte of an index and names the position of any flipped bit (Format.md, 7).
///
/// It checks all generations that exist, with everything they name, so the one that a reader would fall back to is
/// known to be good.
package struct IndexVerifier: Sendable {
    private let directory: OpenDirectory
    private var report = VerificationReport()
    /// The files of each kind that a manifest names.
    private var named: Set<String> = []

    /// Checks the index in a directory.
    ///
    /// It calls `progress` after each file with its name and size, for people who wait. Throws `ShardsError` when there
    /// is no index or the directory cannot be read; everything else is a finding.
    package static func verify(
        _ directory: FilePath, progress: (String, Int) -> Void = { _, _ in }
    ) throws(ShardsError) -> VerificationReport {
        let directory = try IndexListing.openDirectory(directory)
        var attempts = 0
        while true {
            let listing = try IndexListing.settled(directory)
            guard !listing.generations.isEmpty else { _ = try listing.newestManifest(); return VerificationReport() }
            var verifier = IndexVerifier(directory: directory)
            verifier.check(listing, progress)
            attempts += 1
            // Who commits meanwhile takes files away that were listed: then all is looked at again.
            let isChanged = try IndexListing(directory).generations != listing.generations
            if verifier.report.isSound || !isChanged || attempts == maximumAttempts { return verifier.report }
        }
    }

    private static let maximumAttempts = 16

    private init(directory: OpenDirectory) {
        self.directory = directory
    }

    private mutating func check(_ listing: IndexListing, _ progress: (String, Int) -> Void) {
        var manifests: [Manifest] = []
        for generation in listing.generations.reversed() {
            let name = IndexFile.manifest(generation).name
            do throws(ShardsError) {
                manifests.append(try listing.manifest(generation))
            } catch {
                // A daemon that commits meanwhile removes superseded files.
                if error.cause?.cause == .noSuchFileOrDirectory, isSuperseded(listing) { continue }
                report.findings.append(VerificationFinding(error, file: name))
            }
            count(name, progress)
        }
        for generation in listing.missingGenerations {
            let missing = listing.missing(generation)
            report.findings.append(VerificationFinding(missing, file: IndexFile.manifest(generation).name))
        }
        report.generation = manifests.first?.generation
        report.rowCount = manifests.first?.shards.reduce(0) { $0 + $1.rows } ?? 0
        checkRanges(manifests, listing: listing, progress: progress)
        checkForgotten(listing, progress: progress)
        checkMark(listing, progress: progress)
        checkShards(manifests, listing: listing, progress: progress)
        for file in listing.files where !named.contains(file.name) {
            switch file {
            case .shard, .tombstones, .temporary: report.orphans.append(file.name)
            case .manifest, .ranges, .rangesDescription, .generationMark, .forgotten, .other: break
            }
        }
    }

    /// Whether another process has committed since the directory was listed.
    private func isSuperseded(_ listing: IndexListing) -> Bool {
        guard let now = try? IndexListing(directory) else { return false }
        return now.generations.last ?? 0 > listing.generations.last ?? 0
    }

    private mutating func count(_ name: String, _ progress: (String, Int) -> Void) {
        let size = (try? directory.status(of: FilePath(name)))?.size ?? 0
        report.fileCount += 1
        report.byteCount += size
        progress(name, size)
    }

    private mutating func add(file name: String, section: String, offset: Int? = nil, _ message: String) {
        report.findings.append(VerificationFinding(file: name, section: section, offset: offset, message))
    }

    private mutating func checkRanges(
        _ manifests: [Manifest], listing: IndexListing, progress: (String, Int) -> Void
    ) {
        guard let newest = manifests.first else { return }
        for older in manifests.dropFirst()
        where !older.identity.precedes(newest.identity) || older.rangesDescription != newest.rangesDescription {
            add(
                file: IndexFile.manifest(older.generation).name, section: "manifest",
                "it belongs to an index of another identity")
        }
        let expected: [(IndexFile, SHA256Digest?)] = [
            (.ranges, newest.identity.ranges), (.rangesDescription, newest.rangesDescription),
        ]
        for (file, digest) in expected where digest != nil {
            do throws(ShardsError) {
                if SHA256Digest(of: try file.contents(in: directory, limit: .max)) != digest {
                    add(file: file.name, section: "contents", offset: 0, "its SHA-256 is not the one in the manifest")
                }
            } catch {
                report.findings.append(VerificationFinding(error, file: file.name))
            }
            count(file.name, progress)
        }
        do throws(ShardsError) {
            _ = try RangesFile.read(newest, in: directory)
        } catch {
            let finding = VerificationFinding(error, file: IndexFile.ranges.name)
            if !report.findings.contains(where: { $0.file == finding.file }) { report.findings.append(finding) }
        }
    }

    /// A mark is replaced whole, so one that cannot be read is damaged, and not what a crash left.
    private mutating func checkMark(_ listing: IndexListing, progress: (String, Int) -> Void) {
        guard listing.files.contains(.generationMark) else { return }
        if listing.markedGeneration == nil {
            add(
                file: IndexFile.generationMark.name, section: "contents", offset: 0,
                "it is damaged; the next commit writes it anew")
        }
        count(IndexFile.generationMark.name, progress)
    }

    private mutating func checkForgotten(_ listing: IndexListing, progress: (String, Int) -> Void) {
        guard listing.files.contains(.forgotten) else { return }
        do throws(ShardsError) {
            _ = try ForgottenDocuments.read(in: directory)
        } catch {
            report.findings.append(VerificationFinding(error, file: IndexFile.forgotten.name))
        }
        count(IndexFile.forgotten.name, progress)
    }

    /// Checks each shard once and, for every generation that lists it, its numbers and tombstones.
    private mutating func checkShards(
        _ manifests: [Manifest], listing: IndexListing, progress: (String, Int) -> Void
    ) {
        let present = Set(listing.files.map(\.name))
        var shards: [ShardName: ShardVerifier.Outcome] = [:]
        for manifest in manifests {
            var identifiers: Set<DocumentIdentifier> = []
            for listed in manifest.shards {
                let name = listed.name.fileName
                if named.insert(name).inserted {
                    guard present.contains(name) else {
                        add(file: name, section: "file", "missing, but generation \(manifest.generation) names it")
                        continue
                    }
                    let outcome = ShardVerifier.verify(listed.name, in: directory)
                    report.findings += outcome.findings
                    shards[listed.name] = outcome
                    count(name, progress)
                }
                guard let outcome = shards[listed.name] else { continue }
                let dead = checkListing(listed, shard: outcome, in: manifest, progress: progress)
                checkDocuments(listed, shard: outcome, dead: dead, in: manifest, identifiers: &identifiers)
            }
        }
    }

    /// Compares a shard with a manifest's entry; returns its dead rows, or nil when they are unknown.
    private mutating func checkListing(
        _ listed: ManifestShard, shard: ShardVerifier.Outcome, in manifest: Manifest,
        progress: (String, Int) -> Void
    ) -> RowBitset? {
        let name = listed.name.fileName
        if let header = shard.header {
            let numbers = (shard.checksum, shard.byteCount, header.rowCount, header.documentCount)
            if numbers != (listed.checksum, listed.bytes, listed.rows, listed.documents) {
                add(
                    file: name, section: "index",
                    "generation \(manifest.generation) lists other numbers or another checksum")
            }
            do throws(ShardsError) {
                try IndexExpectation(manifest.identity).check(header.identity, of: directory.path.appending(name))
            } catch {
                add(file: name, section: "header", error.message)
            }
        }
        guard let tombstones = listed.tombstones else { return RowBitset(rowCount: listed.rows) }
        let isNew = named.insert(tombstones.name).inserted
        defer { if isNew { count(tombstones.name, progress) } }
        do throws(ShardsError) {
            return try Tombstones.read(listed, in: directory)
        } catch {
            if isNew { report.findings.append(VerificationFinding(error, file: tombstones.name)) }
            return nil
        }
    }

    /// Counts the live documents, and checks that none appears twice.
    private mutating func checkDocuments(
        _ listed: ManifestShard, shard: ShardVerifier.Outcome, dead: RowBitset?, in manifest: Manifest,
        identifiers: inout Set<DocumentIdentifier>
    ) {
        guard let dead, let header = shard.header, header.rowCount == dead.rowCount,
            shard.documents.count == header.documentCount
        else { return }
        var live = 0
        for (identifier, rows) in shard.documents {
            let deadRows = rows.count { dead.contains($0) }
            if deadRows == 0 {
                live += 1
                if !identifiers.insert(identifier).inserted {
                    let name = identifier.displayName
                    add(
                        file: listed.name.fileName, section: "documents",
                        "generation \(manifest.generation): '\(name)' lives twice")
                }
            } else if deadRows < rows.count {
                add(
                    file: listed.tombstones?.name ?? listed.name.fileName, section: "tombstones",
                    "generation \(manifest.generation): the document of rows \(rows) is dead in part")
            }
        }
        if live != listed.liveDocuments {
            add(
                file: IndexFile.manifest(manifest.generation).name, section: "manifest",
                "it says \(listed.liveDocuments) live documents of \(listed.name), which has \(live)")
        }
    }
}
