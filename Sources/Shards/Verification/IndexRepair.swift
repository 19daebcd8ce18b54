package import FoundationEssentials
import Identity
import Platform
package import SystemPackage

/// Makes an index of what is sound of a damaged one: the rest is set aside in its folder `damaged/`, and nothing is removed.
///
/// The new generation has every shard whose bytes are all as written. Tombstones that are lost are made anew from the order of
/// claims and from what was forgotten. Where the newest manifest is lost, shards that no other one lists are taken in, by their
/// claims. What was deleted without a successor, and whose tombstones are lost, lives again.
package struct IndexRepair {
    /// What was done.
    package struct Report: Sendable {
        package fileprivate(set) var generation = 0
        package fileprivate(set) var rows = 0
        package fileprivate(set) var documents = 0
        /// The files that were set aside.
        package fileprivate(set) var setAside: [String] = []
        /// Tombstone files that were made anew.
        package fileprivate(set) var rebuiltTombstones = 0
        /// Shards that were taken in because the manifest that listed them is lost.
        package fileprivate(set) var adoptedShards = 0
        /// The documents that are not in the index any more, as far as their names can be read.
        package fileprivate(set) var lost: [StoredDocument] = []
        /// Whether `ranges.npy` was written anew from the copy in the manifest.
        package fileprivate(set) var hasRestoredRanges = false
        /// Damaged shards whose documents cannot be listed.
        package fileprivate(set) var unreadableShards = 0
    }

    /// A sound shard of the index to be.
    private struct Piece {
        let name: ShardName
        let reader: ShardReader
        /// As the manifest lists it; nil for a shard of a lost manifest.
        let listed: ManifestShard?
        /// The rows that are known to be dead; nil where that is lost.
        let dead: RowBitset?
    }

    /// Where the newest version of a document is.
    private struct Winner {
        let piece: Int
        let rows: Range<Int>
        let claimed: Int64
    }

    private let directory: OpenDirectory
    private let listing: IndexListing
    private let base: Manifest
    private let forgotten: ForgottenDocuments
    private var pieces: [Piece] = []
    private var damaged: Set<String> = []
    private var suspects: [(StoredDocument, IdentifierDigest)] = []
    private var report = Report()

    /// Repairs an index on which no other process works.
    ///
    /// - Parameters:
    ///   - path: its directory.
    ///   - known: what was forgotten according to the spool; taken where the index's own file is damaged.
    ///   - time: the present.
    ///   - progress: told of each shard that was read.
    /// - Returns: what was done.
    /// - Throws: `ShardsError`: `.corrupt` where no manifest can be read, or what was forgotten is unknown; `.system`. Then the index is
    ///   as before.
    package static func repair(
        _ path: FilePath, forgotten known: ForgottenDocuments?, at time: Date, progress: (ShardName) -> Void = { _ in }
    ) throws(ShardsError) -> Report {
        let directory = try IndexListing.openDirectory(path)
        return try directory.whileLocked { () throws(ShardsError) in
            var repair = try IndexRepair(directory, known)
            try repair.collect(progress)
            try repair.publish(at: time)
            return repair.report
        }
    }

    private init(_ directory: OpenDirectory, _ known: ForgottenDocuments?) throws(ShardsError) {
        let listing = try IndexListing.settled(directory)
        self.directory = directory
        self.listing = listing
        var newest: Manifest?
        for generation in listing.generations.reversed() where newest == nil {
            newest = try Self.ifSound { () throws(ShardsError) in try listing.manifest(generation) }
        }
        guard let newest else {
            throw ShardsError(
                .corrupt, path: directory.path,
                "no manifest of the index can be read, so nothing says what belongs to it: restore the directory from a backup, or "
                    + "remove it, and have the files of done/ indexed again (README.md: Make the index anew)")
        }
        base = newest
        let own = try Self.ifSound { () throws(ShardsError) in
            try ForgottenDocuments.read(in: directory) ?? ForgottenDocuments()
        }
        guard let records = own ?? known else {
            throw ShardsError(
                .corrupt, path: IndexFile.forgotten.path(in: directory.path),
                "it is damaged, and without it what was forgotten could come back: give the spool with --spool, which has a copy"
            )
        }
        forgotten = records
        if own == nil { try records.write(in: directory) }
    }

    /// The result of reading a file; nil for one that is damaged or missing.
    private static func ifSound<Result>(_ read: () throws(ShardsError) -> Result) throws(ShardsError) -> Result? {
        do throws(ShardsError) {
            return try read()
        } catch {
            guard error.code == .corrupt || error.cause?.isAbsence == true else { throw error }
            return nil
        }
    }

    /// Whether a generation was committed after the base.
    private var isNewestLost: Bool {
        max(listing.generations.last ?? 0, listing.markedGeneration ?? 0) > base.generation
    }

    /// Reads every shard.
    private mutating func collect(_ progress: (ShardName) -> Void) throws(ShardsError) {
        for listed in base.shards {
            progress(listed.name)
            guard let reader = try sound(listed.name), reader.checksum == listed.checksum else {
                try setAside(listed)
                continue
            }
            let dead = try Self.ifSound { () throws(ShardsError) in
                try Tombstones.read(listed, in: directory) ?? RowBitset(rowCount: listed.rows)
            }
            if dead == nil, let tombstones = listed.tombstones { damaged.insert(tombstones.name) }
            pieces.append(Piece(name: listed.name, reader: reader, listed: listed, dead: dead))
        }
        guard isNewestLost else { return }
        var known = Set(base.shards.map(\.name))
        for generation in listing.generations where generation < base.generation {
            let older = try Self.ifSound { () throws(ShardsError) in try listing.manifest(generation) }
            known.formUnion(older?.shards.map(\.name) ?? [])
        }
        for case .shard(let name) in listing.files where !known.contains(name) {
            progress(name)
            guard let reader = try sound(name) else {
                damaged.insert(name.fileName)
                continue
            }
            guard (try? IndexExpectation(base.identity).check(reader.header.identity, of: directory.path)) != nil else {
                continue
            }
            pieces.append(Piece(name: name, reader: reader, listed: nil, dead: nil))
            report.adoptedShards += 1
        }
    }

    /// A shard whose bytes are all as written; nil for any other.
    private func sound(_ name: ShardName) throws(ShardsError) -> ShardReader? {
        guard ShardVerifier.verify(name, in: directory).findings.isEmpty else { return nil }
        return try Self.ifSound { () throws(ShardsError) in
            try ShardReader(name.file, in: directory, decodesCodes: false)
        }
    }

    /// Notes a damaged shard, with its documents where they can be read.
    private mutating func setAside(_ listed: ManifestShard) throws(ShardsError) {
        damaged.insert(listed.name.fileName)
        if let tombstones = listed.tombstones { damaged.insert(tombstones.name) }
        let dead = (try? Tombstones.read(listed, in: directory)) ?? nil
        var found: [(StoredDocument, IdentifierDigest)] = []
        let isRead: Void? = try Self.ifSound { () throws(ShardsError) in
            let reader = try ShardReader(listed.name.file, in: directory, decodesCodes: false)
            try reader.forEachDocument { _, stored in
                guard !(dead?.contains(stored.rows.lowerBound) ?? false) else { return }
                found.append((stored, IdentifierDigest(stored.document.identifier)))
            }
        }
        suspects += found
        if isRead == nil { report.unreadableShards += 1 }
    }

    /// The dead rows of each piece, and the documents that live.
    private func resolved() throws(ShardsError) -> (dead: [RowBitset], live: [IdentifierDigest: Int]) {
        var dead = pieces.map { $0.dead ?? RowBitset(rowCount: $0.reader.rowCount) }
        var winners: [IdentifierDigest: Winner] = [:]
        for (number, piece) in pieces.enumerated() {
            try piece.reader.forEachRecord { record in
                guard !dead[number].contains(record.rows.lowerBound) else { return }
                let (digests, claim) = (record.digests, record.claimText)
                guard forgotten.record(covering: digests.whole, path: digests.path, claim: claim) == nil else {
                    dead[number].insert(record.rows)
                    return
                }
                let time = (ClaimName(claim) ?? ClaimName(String(claim.dropLast())))?.time ?? 0
                if let other = winners[digests.whole] {
                    guard time >= other.claimed else {
                        dead[number].insert(record.rows)
                        return
                    }
                    dead[other.piece].insert(other.rows)
                }
                winners[digests.whole] = Winner(piece: number, rows: record.rows, claimed: time)
            }
        }
        return (dead, winners.mapValues(\.piece))
    }

    /// Publishes the generation of the sound shards, and then moves the damaged files and the older manifests away.
    private mutating func publish(at time: Date) throws(ShardsError) {
        let (dead, live) = try resolved()
        var counts: [Int: Int] = [:]
        for piece in live.values { counts[piece, default: 0] += 1 }
        var next = base
        try restoreRanges(&next)
        next.generation = max(listing.generations.last ?? 0, listing.markedGeneration ?? 0) + 1
        next.parent = base.generation
        next.committed = max(time.wholeSeconds, base.committed)
        next.identity.analyzer = base.identity.analyzer ?? pieces.lazy.compactMap { $0.reader.terms?.analyzer }.first
        next.shards = []
        for (number, piece) in pieces.enumerated() {
            var listed = ManifestShard(
                name: piece.name, rows: piece.reader.rowCount, liveRows: piece.reader.rowCount - dead[number].count,
                documents: piece.reader.documentCount, liveDocuments: counts[number] ?? 0,
                bytes: piece.reader.byteCount,
                checksum: piece.reader.checksum, tombstones: piece.listed?.tombstones)
            if piece.dead != dead[number] || listed.tombstones == nil, !dead[number].isEmpty {
                let tombstones = Tombstones(
                    generation: next.generation, shardChecksum: listed.checksum, dead: dead[number])
                listed.tombstones = try tombstones.write(of: piece.name, in: directory)
                listed.tombstones?.since = piece.listed?.tombstones?.since ?? next.committed
                report.rebuiltTombstones += 1
            } else if dead[number].isEmpty {
                listed.tombstones = nil
            }
            next.shards.append(listed)
        }
        try install(next)
        for (stored, digest) in suspects where live[digest] == nil { report.lost.append(stored) }
        (report.generation, report.rows, report.documents) = (next.generation, next.rows, next.documents)
    }

    /// Writes the ranges anew from the copy in the manifest where they are damaged, and does without their description.
    private mutating func restoreRanges(_ next: inout Manifest) throws(ShardsError) {
        func isSound(_ file: IndexFile, _ digest: SHA256Digest?) throws(ShardsError) -> Bool {
            guard let digest else { return true }
            return try Self.ifSound { () throws(ShardsError) in try file.contents(in: directory, limit: 1 << 24) }
                .map { SHA256Digest(of: $0) == digest } ?? false
        }
        if try !isSound(.rangesDescription, base.rangesDescription) {
            damaged.insert(IndexFile.rangesDescription.name)
            next.rangesDescription = nil
        }
        guard try !isSound(.ranges, base.identity.ranges) else { return }
        guard let array = base.rangesArray, SHA256Digest(of: array) == base.identity.ranges else {
            throw ShardsError(
                .corrupt, path: IndexFile.ranges.path(in: directory.path), section: "ranges", offset: 0,
                "it is damaged, and the manifest, which an older program wrote, has no copy. Restore the file from a back-up: without it "
                    + "no code can be read")
        }
        do throws(PlatformError) {
            let durability = try directory.publish(
                array, as: IndexFile.ranges.component, mode: IndexFile.mode, isReplacing: true)
            if case .unknown(let error) = durability { throw error }
        } catch {
            throw ShardsError(error, path: IndexFile.ranges.path(in: directory.path))
        }
        report.hasRestoredRanges = true
    }

    private mutating func install(_ next: Manifest) throws(ShardsError) {
        let bytes = try next.serialized()
        do throws(PlatformError) {
            try directory.synchronize()
            let durability = try directory.publish(
                bytes, as: IndexFile.manifest(next.generation).component, mode: IndexFile.mode, isReplacing: false)
            if case .unknown(let error) = durability { throw error }
            try directory.replaceVolatile(
                GenerationMark.serialized(next.generation), as: IndexFile.generationMark.component, mode: IndexFile.mode
            )
            // All older manifests: those that verify list files that are gone now.
            let names = listing.generations.map { IndexFile.manifest($0).name } + damaged.sorted()
            for name in names where try directory.statusIfPresent(FilePath(name)) != nil {
                report.setAside.append(try moveAside(name))
            }
            try directory.synchronize()
        } catch {
            throw ShardsError(error, path: directory.path)
        }
    }

    /// Moves a file to `damaged/`, and returns its name there.
    private func moveAside(_ name: String) throws(PlatformError) -> String {
        if try directory.statusIfPresent("damaged") == nil {
            try directory.makeDirectory("damaged", mode: IndexFile.directoryMode)
        }
        var target = name
        var number = 1
        while true {
            do throws(PlatformError) {
                try directory.renameExclusively(FilePath(name), to: directory, FilePath("damaged").appending(target))
                return "damaged/" + target
            } catch {
                guard error.cause == .fileExists else { throw error }
                number += 1
                target = "\(name).\(number)"
            }
        }
    }
}
