import FoundationEssentials
package import Identity
package import Platform
import Quantization
package import Shards
import Synchronization
package import SystemPackage

/// The index as the pipeline writes it: quantizes vectors into the open shard, commits generations, knows what is in it.
///
/// An index of a precision that needs ranges does not exist before it has them; `hasIndex` is false until then. Everything but
/// the questions about keys is for the committing thread alone.
package final class IndexWriter: Sendable {
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

    /// The shard in the making.
    private struct Open: Sendable {
        var codes: Quantizer
        /// Makes the sign plane that goes with 8-bit codes.
        var signs: Quantizer?
        var builder: ShardBuilder
        /// The shard once it is written, so that it is not written again when the commit has to be repeated.
        var receipt: ShardReceipt?
        var clippedBefore = 0
        var rowsBefore = 0
    }

    package let directory: FilePath
    private let options: IndexingOptions
    private let model: ModelIdentity
    private let passageRules: [String: Int]
    // Two locks, because the intake asks for keys while a shard is being made.
    private let store: Mutex<IndexStore?>
    private let open: Mutex<Open?>
    private let wasCreated = Mutex(false)

    private init(_ options: IndexingOptions, _ encoder: any PassageEncoding) {
        directory = options.indexDirectory
        self.options = options
        model = encoder.identity
        passageRules = encoder.passageRules
        store = Mutex(nil)
        open = Mutex(nil)
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
            encoder: model.encoder, ranges: ranges, compute: model.compute)
    }

    /// Creates the index with these ranges, which it keeps for life.
    package func create(_ ranges: IndexRanges?) throws(ShardsError) {
        let file = options.precision.needsRanges ? ranges?.file : nil
        let identity = IndexIdentity(model: model, precision: options.precision, ranges: file?.fingerprint)
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
        let precision = opened.identity.precision
        let made: Open
        do throws(QuantizationError) {
            made = Open(
                codes: try Quantizer(precision: precision, dimension: model.dimension, ranges: opened.ranges),
                signs: precision.needsRanges ? try Quantizer(precision: .ubinary, dimension: model.dimension) : nil,
                builder: builder(opened.identity))
        } catch {
            throw ShardsError(.corrupt, path: directory.appending("ranges.npy"), "\(error)")
        }
        open.withLock { $0 = made }
        store.withLock { $0 = opened }
    }

    private func builder(_ identity: IndexIdentity) -> ShardBuilder {
        ShardBuilder(
            identity: identity, options: ShardBuilder.Options(compressesCodes: options.codes == .compressed))
    }

    /// Whether this process made the index.
    package var isNew: Bool { wasCreated.withLock { $0 } }

    /// Whether there is an index to commit to; without one, calibration comes first.
    package var hasIndex: Bool { store.withLock { $0 != nil } }

    /// The beginning of the key of the live document of this identifier.
    package func key(of digest: IdentifierDigest) -> KeyPrefix? { store.withLock { $0?.key(of: digest) } }

    /// Whether a claim, of those that were asked about at the start, has been committed whole.
    package func contains(_ claim: ClaimName) -> Bool {
        store.withLock { $0?.committedClaims.contains(claim.text) ?? false }
    }

    // MARK: - The open shard

    /// Adds rows to the document that is open.
    ///
    /// - Throws: `QuantizationError` for a vector with a value that is not finite; `ShardsError`.
    package func append(_ passages: [ShardPassage], vectors: [Float]) throws {
        try open.withLock { open in
            guard open != nil else { return }
            var codes: [UInt8] = []
            var signs: [UInt8] = []
            try open?.codes.append(rows: vectors.span, to: &codes)
            try open?.signs?.append(rows: vectors.span, to: &signs)
            try open?.builder.append(passages: passages, codes: codes, signs: signs)
        }
    }

    /// Closes the document that is open.
    package func finish(_ record: ShardDocument) throws(ShardsError) {
        try open.withLock { open throws(ShardsError) in try open?.builder.finish(record) }
    }

    /// Takes the rows of the document that is open back.
    package func abandonDocument() { open.withLock { $0?.builder.abandonDocument() } }

    /// Rows of the open shard.
    package var openRowCount: Int { open.withLock { $0?.builder.rowCount ?? 0 } }
    /// Documents of the open shard that are complete.
    package var openDocumentCount: Int { open.withLock { $0?.builder.documentCount ?? 0 } }
    /// About the memory of the open shard.
    package var openByteCount: Int { open.withLock { $0?.builder.byteCount ?? 0 } }
    /// Whether no document is open.
    package var isBetweenDocuments: Bool { open.withLock { $0?.builder.openRowCount ?? 0 } == 0 }

    // MARK: - Commit

    /// Writes the open shard and commits it together with what has ended; blocks.
    ///
    /// `beforeManifest` is called when the shard is written and nothing names it yet; its errors are passed on. Returns
    /// what was added, and its durability. Unknown durability means that it may be published or not;
    /// `confirmDurability` makes sure of it. Throws `ShardsError`; then nothing is committed, and the call can be
    /// repeated with the same changes.
    package func commit(
        _ changes: Changes, beforeManifest: () throws -> Void
    ) throws -> (documents: Int, rows: Int, durability: Durability) {
        var wanted = IndexChanges()
        wanted.ended = changes.ended
        for claim in changes.withdrawn { wanted.withdrawn.formUnion([claim, claim + Self.partMark]) }
        let receipt = try open.withLock { open in
            try writeShard(&open, parts: changes.parts, &wanted)
        }
        try beforeManifest()
        let durability = try store.withLock { store throws(ShardsError) in
            try store?.commit(wanted, at: Date()) ?? .durable
        }
        begin()
        let live = receipt?.documents.filter { !wanted.withdrawn.contains(receipt?.claims[$0.claim] ?? "") } ?? []
        return (live.count, live.reduce(0) { $0 + $1.rows.count }, durability)
    }

    private func writeShard(
        _ open: inout Open?, parts: Set<String>, _ changes: inout IndexChanges
    ) throws(ShardsError) -> ShardReceipt? {
        guard open != nil, let directory = store.withLock({ $0?.directory }) else { return nil }
        if open?.receipt == nil, open?.builder.isEmpty == false {
            for claim in parts { open?.builder.rename(claim: claim, to: claim + Self.partMark) }
            let milliseconds = UInt64(clamping: RealTime.now.nanoseconds / 1_000_000)
            let name = ShardName(milliseconds: milliseconds, random: .random(in: .min ... .max))
            let written = try open?.builder.write(into: directory, name: name)
            open?.receipt = written
        }
        guard let written = open?.receipt else { return nil }
        changes.shards = [written]
        changes.clippedValues = (open?.codes.clippedCount ?? 0) - (open?.clippedBefore ?? 0)
        changes.quantizedValues = ((open?.codes.rowCount ?? 0) - (open?.rowsBefore ?? 0)) * model.dimension
        return written
    }

    /// Begins the next shard.
    private func begin() {
        guard let identity = store.withLock({ $0?.identity }) else { return }
        open.withLock { open in
            open?.builder = builder(identity)
            open?.receipt = nil
            let (clipped, rows) = (open?.codes.clippedCount ?? 0, open?.codes.rowCount ?? 0)
            open?.clippedBefore = clipped
            open?.rowsBefore = rows
        }
    }

    /// Makes sure that the last commit survives a power cut; blocks.
    ///
    /// - Throws: `ShardsError`; the call is to be repeated, and nothing that the commit names may be removed.
    package func confirmDurability() throws(ShardsError) {
        let durability = try store.withLock { store throws(ShardsError) in try store?.confirmDurability() }
        guard case .unknown(let error)? = durability else { return }
        throw ShardsError(.system, path: error.path ?? directory, cause: error, "cannot \(error.operation)")
    }

    /// Removes files that no manifest names any more; blocks.
    package func collectGarbage() throws(ShardsError) {
        guard let garbage = store.withLock({ $0?.garbage }) else { return }
        let waiting = open.withLock { $0?.receipt?.name }
        _ = try garbage.collect(now: Date(), sparing: Set(waiting.map { [$0] } ?? []))
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
