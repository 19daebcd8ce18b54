package import Encoding
import FoundationEssentials
package import Identity
import Lexicon
package import Platform
import Quantization
package import Shards
import Synchronization
package import SystemPackage

/// The index as the pipeline writes it: gives each lane a shard to fill, commits generations, knows what is in it.
///
/// An index of a precision that needs ranges does not exist before it has them; `hasIndex` is false until then. Everything but
/// the questions about keys is for the committing thread alone.
package final class IndexWriter: Sendable {
    /// What a commit came to.
    package struct Committed {
        /// Documents and rows that were added.
        package let documents: Int
        package let rows: Int
        package let durability: Durability
        /// What became of the documents of each file, by the digest of its path.
        package let files: [IdentifierDigest: FileChange]
    }

    /// What is to become of the open shard.
    package struct Changes {
        /// Files that have ended.
        package var ended: [IndexChanges.EndedFile]
        /// Claims whose documents are dead on arrival.
        package var withdrawn: Set<String>
        /// The claims with documents in the open shard whose files do not end with this commit.
        ///
        /// These are a file that continues in a later commit, and files that turned out to be faulty. Recovery must not
        /// take them for committed.
        package var parts: Set<String>

        package init(ended: [IndexChanges.EndedFile], withdrawn: Set<String>, parts: Set<String>) {
            self.ended = ended
            self.withdrawn = withdrawn
            self.parts = parts
        }
    }

    package let directory: FilePath
    private let options: IndexingOptions
    private let model: ModelIdentity
    private let passageRules: [String: Int]
    private let store: Mutex<IndexStore?>
    private let brief: OpenShard
    private let bulk: OpenShard
    private let wasCreated = Mutex(false)
    /// What is forgotten while there is no index.
    private let withoutIndex = Mutex(ForgottenDocuments())

    private init(_ options: IndexingOptions, _ encoder: any PassageEncoding) {
        directory = options.indexDirectory
        self.options = options
        model = encoder.identity
        passageRules = encoder.passageRules
        store = Mutex(nil)
        brief = OpenShard(options)
        bulk = OpenShard(options)
    }

    /// Opens the index, or creates it when its ranges are known.
    ///
    /// - Parameters:
    ///   - options: name the directory, the precision and the ranges.
    ///   - encoder: cuts and encodes what is to be indexed.
    ///   - shippedRanges: the general ranges of this model; nil when there are none.
    ///   - claims: the claims in `work/`; `contains` tells which of them are committed.
    /// - Returns: the writer.
    /// - Throws: `IndexingError`: `.mismatch` when an index is there that was made otherwise, `.cannotWrite` when the
    ///   directory cannot be used, `.configuration` for wrong ranges.
    package static func open(
        _ options: IndexingOptions, for encoder: any PassageEncoding, shippedRanges: FilePath?,
        claims: Set<String> = []
    ) throws(IndexingError) -> IndexWriter {
        let model = encoder.identity
        var given: IndexRanges?
        if let path = options.ranges {
            given = try IndexRanges.read(path, for: model)
        }
        let needsRanges = options.precision.needsRanges
        let writer = IndexWriter(options, encoder)
        do throws(ShardsError) {
            if try IndexStore.exists(at: options.indexDirectory) {
                let expectation = writer.expectation(ranges: needsRanges ? given?.file.fingerprint : nil)
                try writer.adopt(
                    try IndexStore.open(options.indexDirectory, expecting: expectation, claims: claims))
                return writer
            }
        } catch {
            throw refusal(error)
        }
        if given == nil, needsRanges, let shippedRanges {
            given = try IndexRanges.read(shippedRanges, for: model)
        }
        if given != nil || !needsRanges {
            do throws(ShardsError) {
                try writer.create(given)
            } catch {
                throw refusal(error)
            }
        }
        return writer
    }

    private func expectation(ranges: SHA256Digest?) -> IndexExpectation {
        IndexExpectation(
            dimension: model.dimension, precision: options.precision, model: model.weights,
            encoder: model.encoder, ranges: ranges, compute: model.compute,
            analyzer: options.analyzer.name)
    }

    /// Creates the index with these ranges, which it keeps for life.
    package func create(_ ranges: IndexRanges?) throws(ShardsError) {
        let file = options.precision.needsRanges ? ranges?.file : nil
        let identity = IndexIdentity(
            model: model, precision: options.precision, ranges: file?.fingerprint, analyzer: options.analyzer.name)
        do throws(ShardsError) {
            try adopt(
                try IndexStore.create(
                    at: directory, identity: identity, ranges: file, passages: passageRules, time: Date()))
            wasCreated.withLock { $0 = true }
        } catch {
            guard error.code == .exists else { throw error }
            // Another daemon was first with the same directory; its index serves if it is made alike.
            try adopt(try IndexStore.open(directory, expecting: expectation(ranges: identity.ranges)))
        }
    }

    private func adopt(_ opened: IndexStore) throws(ShardsError) {
        do throws(QuantizationError) {
            for shard in [brief, bulk] { try shard.adopt(opened.identity, ranges: opened.ranges) }
        } catch {
            throw ShardsError(.corrupt, path: directory.appending("ranges.npy"), "\(error)")
        }
        var opened = opened
        let earlier = withoutIndex.withLock { $0.all }
        if !earlier.isEmpty { try opened.recallDurably(earlier) }
        store.withLock { $0 = opened }
    }

    /// Whether this process made the index.
    package var isNew: Bool { wasCreated.withLock { $0 } }

    /// Whether there is an index to commit to; without one, calibration comes first.
    package var hasIndex: Bool { store.withLock { $0 != nil } }

    /// The beginning of the key of the live document of this identifier.
    ///
    /// A command may have committed since the last question, as after a merge; what it brought counts.
    package func key(of digest: IdentifierDigest) -> KeyPrefix? {
        store.withLock { store in
            // What cannot be read now is found out by the next commit.
            try? store?.refresh()
            return store?.key(of: digest)
        }
    }

    /// Whether a claim, of those that were asked about at the start, has been committed whole.
    package func contains(_ claim: ClaimName) -> Bool {
        store.withLock { $0?.committedClaims.contains(claim.text) ?? false }
    }

    /// The place of a document that probably has these contents, dead or alive.
    func place(of content: SHA256Digest) -> (shard: ShardName, document: Int)? {
        store.withLock { $0?.place(of: content) }
    }

    // MARK: - Forgotten documents

    /// Forgets documents: their rows are dead and that is durable when this returns; blocks.
    ///
    /// Every record has to be later than all claims so far; rows of such claims that are still under way are dead on arrival.
    ///
    /// - Parameter records: what is forgotten.
    /// - Returns: how many documents and rows have died.
    /// - Throws: `ShardsError`; the call can be repeated.
    package func forget(_ records: [ForgottenDocument]) throws(ShardsError) -> (documents: Int, rows: Int) {
        try store.withLock { store throws(ShardsError) in
            if let died = try store?.forgetDurably(records) { return died }
            withoutIndex.withLock { for record in records { $0.add(record) } }
            return (0, 0)
        }
    }

    /// Applies records of an earlier time, which leave alone what was dropped again since; blocks.
    ///
    /// - Parameter records: what was forgotten.
    /// - Returns: how many documents and rows have died.
    /// - Throws: `ShardsError`; the call can be repeated.
    package func recall(_ records: [ForgottenDocument]) throws(ShardsError) -> (documents: Int, rows: Int) {
        try store.withLock { store throws(ShardsError) in
            if let died = try store?.recallDurably(records) { return died }
            withoutIndex.withLock { for record in records { $0.add(record) } }
            return (0, 0)
        }
    }

    /// The record that covers what a claim brought; nil when it may live.
    package func forgotten(_ identifier: DocumentIdentifier, claim: ClaimName) -> ForgottenDocument? {
        store.withLock { store in
            if let store { return store.forgotten(identifier, claim: claim.text) }
            return withoutIndex.withLock { $0.record(of: identifier) }.flatMap {
                $0.covers(claim: claim.text) ? $0 : nil
            }
        }
    }

    // MARK: - The open shards

    /// Opens a shard of the index.
    func reader(of shard: ShardName) throws(ShardsError) -> ShardReader {
        guard let directory = store.withLock({ $0?.directory }) else {
            throw ShardsError(.notFound, path: self.directory, "there is no index yet")
        }
        return try ShardReader(shard.file, in: directory)
    }

    /// The shard that a lane of the pipeline fills.
    package func shard(of lane: Lane) -> OpenShard { lane == .brief ? brief : bulk }

    // MARK: - Commit

    /// Writes the open shard and commits it together with what has ended; blocks.
    ///
    /// `beforeManifest` is called when the shard is written and nothing names it yet; its errors are passed on. Returns
    /// what was added, and its durability. Unknown durability means that it may be published or not;
    /// `confirmDurability` makes sure of it. Throws `ShardsError`; then nothing is committed, and the call can be
    /// repeated with the same changes.
    package func commit(
        _ changes: Changes, of shard: OpenShard, beforeManifest: () throws -> Void
    ) throws -> Committed {
        var wanted = IndexChanges()
        wanted.ended = changes.ended
        for claim in changes.withdrawn { wanted.withdrawn.formUnion([claim, claim + Self.partMark]) }
        let receipt = try store.withLock { $0?.directory }.flatMap {
            try shard.write(into: $0, renaming: changes.parts.map { ($0, $0 + Self.partMark) }, &wanted)
        }
        try beforeManifest()
        let durability = try store.withLock { store throws(ShardsError) in
            try store?.commit(wanted, at: Date()) ?? .durable
        }
        if let identity = store.withLock({ $0?.identity }) { shard.begin(identity) }
        let live = receipt?.documents.filter { !wanted.withdrawn.contains(receipt?.claims[$0.claim] ?? "") } ?? []
        return Committed(
            documents: live.count, rows: live.reduce(0) { $0 + $1.rows.count }, durability: durability,
            files: store.withLock { $0?.fileChanges } ?? [:])
    }

    /// Makes sure that the last commit survives a power cut; blocks.
    ///
    /// - Throws: `ShardsError`; the call is to be repeated, and nothing that the commit names may be removed.
    package func confirmDurability() throws(ShardsError) {
        let durability = try store.withLock { store throws(ShardsError) in try store?.confirmDurability() }
        guard case .unknown(let error)? = durability else { return }
        throw ShardsError(.system, path: error.path ?? directory, cause: error, "cannot \(error.operation)")
    }

    /// Whether another folder has the name of the open one, as after a restore: then only a new start goes on.
    package var isReplaced: Bool { store.withLock { $0?.directory }?.isReplaced ?? false }

    /// Removes files that no manifest names any more; blocks.
    package func collectGarbage() throws(ShardsError) {
        guard let garbage = store.withLock({ $0?.garbage }) else { return }
        let waiting = [brief, bulk].compactMap(\.writtenName)
        _ = try garbage.collect(now: Date(), sparing: Set(waiting))
    }

    /// Commits that one shard stands for some others; blocks.
    ///
    /// - Parameter replacement: the shards; see `IndexStore.replace`.
    /// - Returns: the durability of the new generation; nil when one of the old shards is not in the index any more.
    /// - Throws: `ShardsError`; then nothing has changed.
    package func replace(_ replacement: ShardReplacement) throws(ShardsError) -> Durability? {
        try store.withLock { store throws(ShardsError) in try store?.replace(replacement, at: Date()) }
    }

    /// What the status shows of the index.
    package var summary: (generation: Int, documents: Int, rows: Int, clippedShare: Double)? {
        store.withLock { store in
            guard let manifest = store?.manifest else { return nil }
            return (manifest.generation, manifest.documents, manifest.rows, manifest.clippedShare)
        }
    }

    // Ends the claim of a document whose file does not end with the commit.
    private static let partMark = "+"

    /// What a fault of the index means for whoever wants to write to it.
    package static func refusal(_ error: ShardsError) -> IndexingError {
        switch error.code {
        case .mismatch: IndexingError(.mismatch, "\(error)", cause: error)
        case .system: IndexingError(.cannotWrite, "\(error)", cause: error)
        case .corrupt, .unsupported, .notFound:
            IndexingError(.badData, "\(error); 'vectorspool verify' tells more", cause: error)
        default: IndexingError(.configuration, "\(error)", cause: error)
        }
    }
}
